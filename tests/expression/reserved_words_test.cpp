#include "engine/expression/reserved_words.hpp"

#include <string>

#include "tests/catch.hpp"

namespace tailrace::expression {

// The first, the last and the longest of the list, in any case.
TEST_CASE("Reserved words are found in any case", "[reserved_words]") {
    CHECK(is_reserved_word("ABORT"));
    CHECK(is_reserved_word("zone"));
    CHECK(is_reserved_word("LocalTimestamp"));
    CHECK(is_reserved_word("name"));
    CHECK(is_reserved_word("status"));
    CHECK(is_reserved_word("TTL"));
}

TEST_CASE("Other names are not reserved", "[reserved_words]") {
    CHECK_FALSE(is_reserved_word(""));
    CHECK_FALSE(is_reserved_word("pk"));
    CHECK_FALSE(is_reserved_word("names_"));
    CHECK_FALSE(is_reserved_word("LOCALTIMESTAMPS"));
    CHECK_FALSE(is_reserved_word(std::string(1000, 'A')));
}

}  // namespace tailrace::expression
