#include "engine/storage/key_encoding.hpp"

#include <array>
#include <string>
#include <vector>

#include "engine/model/stable_hash.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using namespace tailrace::storage;

namespace {

std::string component(const AttributeValue& value) {
    std::string bytes;
    append_component(bytes, value);
    return bytes;
}

}  // namespace

// Conditions on sort keys become ranges of bytes, so the bytes must sort as the values do, zero bytes
// included.
TEST_CASE("components of text sort as the text does and none is a prefix of another", "[key]") {
    const std::vector<std::string> ascending = {
        "",  std::string(1, '\0'),   std::string("\0\x01", 2), std::string("\0\xff", 2),
        "a", std::string("a\0", 2),  std::string("a\0b", 3),   "a\x01",
        "b", std::string("\xc3\xa9")};
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            CAPTURE(i, j);
            CHECK((component(ascending[i]) < component(ascending[j])) == (i < j));
            CHECK((component(ascending[j]).starts_with(component(ascending[i]))) == (i == j));
        }
    }
}

TEST_CASE("the least key after a prefix follows all its keys", "[key]") {
    CHECK(after_prefix("ab") == "ac");
    CHECK(after_prefix("a\xff") == "b");
    CHECK(after_prefix("\xff\xff").empty());
}

// The hash is part of the file's layout: a changed value would hide every stored item.
TEST_CASE("the hash of a partition never changes", "[key]") {
    CHECK(stable_hash("") == 0xefd01f60ba992926);
    CHECK(stable_hash("MSG#1") == stable_hash(std::string("MSG#1")));
    const AttributeValue value = "x";
    const std::array<const AttributeValue*, 1> values = {&value};
    const std::string partition = encode_partition(values);
    CHECK(partition.size() == 8 + 3);
    CHECK(partition.substr(8) == std::string("x\0\x01", 3));
    CHECK(decode_sequence(partition) == stable_hash(std::string_view("x\0\x01", 3)));
}

TEST_CASE("every row lies in exactly one segment of a parallel scan", "[key]") {
    for (const std::uint32_t total : {1U, 2U, 3U, 7U, 1'000'000U}) {
        for (int i = 0; i < 50; ++i) {
            const AttributeValue value = "key" + std::to_string(i);
            const std::array<const AttributeValue*, 1> values = {&value};
            const std::string row = encode_partition(values);
            const auto share = static_cast<double>(decode_sequence(row)) / 18446744073709551616.0;
            const auto guess = static_cast<std::uint32_t>(share * total);
            int found = 0;
            for (std::uint32_t segment = guess > 0 ? guess - 1 : 0; segment <= guess + 1 && segment < total;
                 ++segment) {
                found += in_segment(row, segment, total) ? 1 : 0;
            }
            CHECK(found == 1);
        }
    }
}
