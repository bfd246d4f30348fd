#include "engine/model/sequence_number.hpp"

#include "tests/catch.hpp"

using namespace tailrace;

// Consumers compare sequence numbers as numbers or as text; both orders must agree.
TEST_CASE("sequence numbers are 21 digits and sort as text", "[sequence_number]") {
    CHECK(sequence_text(1) == "100000000000000000001");
    CHECK(sequence_text(18446744073709551615U) == "118446744073709551615");
    CHECK(sequence_text(9) < sequence_text(10));
}

TEST_CASE("a sequence number is read as it is written", "[sequence_number]") {
    for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{7}, ~std::uint64_t{0}}) {
        CHECK(parse_sequence(sequence_text(number)) == number);
    }
    for (const char* text : {"", "1", "000000000000000000001", "10000000000000000000a",
                             "118446744073709551616", "1000000000000000000001"}) {
        INFO(text);
        CHECK(parse_sequence(text) == std::nullopt);
    }
}
