#include "engine/model/json_writer.hpp"

#include <boost/json.hpp>
#include <string>

#include "tests/catch.hpp"

// The text is scanned several bytes at a time. No position, length or neighbour may hide a character.
TEST_CASE("every character that JSON must escape is escaped anywhere in a text", "[json_writer]") {
    const auto check_at = [](const std::string& neighbour, char c, std::size_t before,
                             std::size_t neighbours) {
        std::string text;
        for (std::size_t i = 0; i < before; ++i) text.append(neighbour);
        text.push_back(c);
        for (std::size_t i = before; i < neighbours; ++i) text.append(neighbour);
        std::string written;
        tailrace::append_json_string(written, text);
        REQUIRE(written == boost::json::serialize(boost::json::string(text)));
    };
    for (const std::string neighbour : {"x", " ", "!", "#", "[", "]", "\x7f", "\u00e9", "\xf0\x9f\x98\x80"}) {
        for (int c = 0; c < 0x80; ++c) {
            for (const std::size_t neighbours : {0U, 1U, 2U, 3U, 4U, 6U, 7U, 18U}) {
                for (std::size_t before = 0; before <= neighbours; ++before) {
                    check_at(neighbour, static_cast<char>(c), before, neighbours);
                }
            }
        }
    }
}

// The writer reserves room ahead. Text that is written across the end of that room is complete, and nothing
// is left after it.
TEST_CASE("texts of any length are written one after another", "[json_writer]") {
    std::string expected = "before";
    std::string written = expected;
    {
        tailrace::JsonWriter writer(written);
        for (std::size_t length = 0; length < 600; ++length) {
            const std::string text(length, static_cast<char>('a' + length % 26));
            writer.put(',');
            writer.put(text);
            writer.string(text);
            writer.append([&](std::string& end) { end.append("; ").append(text); });
            expected.append(",").append(text).append("\"").append(text).append("\"; ").append(text);
        }
    }
    CHECK(written == expected);
    static_cast<void>(tailrace::JsonWriter(written));
    CHECK(written == expected);
}
