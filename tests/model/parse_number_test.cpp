#include "engine/model/parse_number.hpp"

#include <cstdint>

#include "tests/catch.hpp"

using tailrace::parse_number;

TEST_CASE("a text is a number as a whole or not at all", "[parse_number]") {
    CHECK(parse_number<int>("-12") == -12);
    CHECK(parse_number<std::uint16_t>("65535") == 65535);
    CHECK(parse_number<double>("0.5") == 0.5);
    for (const char* other : {"", "+1", " 1", "1 ", "1a", "65536", "-1"}) {
        CHECK(parse_number<std::uint16_t>(other) == std::nullopt);
    }
}
