#include "engine/model/utf8.hpp"

#include "tests/catch.hpp"

namespace tailrace {

// One character each of one, two, three and four bytes.
constexpr std::string_view text = "a\u00e9\u20ac\U0001f600";

TEST_CASE("characters are counted, not bytes", "[utf8]") {
    CHECK(text.size() == 10);
    CHECK(character_count(text) == 4);
    CHECK(character_count("") == 0);
}

TEST_CASE("a character outside the basic plane counts as two UTF-16 units", "[utf8]") {
    CHECK(utf16_length(text) == 5);
}

TEST_CASE("the first byte tells the size of a character", "[utf8]") {
    CHECK(character_size(text[0]) == 1);
    CHECK(character_size(text[1]) == 2);
    CHECK(character_size(text[3]) == 3);
    CHECK(character_size(text[6]) == 4);
    CHECK(begins_character(text[6]));
    CHECK_FALSE(begins_character(text[7]));
}

}  // namespace tailrace
