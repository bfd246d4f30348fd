#include "conformance/runner/wire/printable_text.hpp"

#include "tests/catch.hpp"

using namespace tailrace::conformance;

TEST_CASE("text that can be shown as it is does not change") {
    for (const char* text :
         {"", "plain", "two\nlines\tand a tab", "snow ☃, 𝄞, \xF4\x8F\xBF\xBF", R"(\x1f)"}) {
        CHECK(printable(text) == text);
        CHECK(is_utf8(text));
    }
}

// A terminal acts on escape sequences and C1 control characters; XML 1.0 cannot contain either.
TEST_CASE("control characters are escaped") {
    CHECK(printable("\x1b[2J\r\a") == R"(\x1b[2J\x0d\x07)");
    CHECK(printable(std::string_view("\0\x7f", 2)) == R"(\x00\x7f)");
    CHECK(printable("\xC2\x85\xC2\x9B\xE2\x80\xAE\xE2\x81\xA6") == R"(\u0085\u009b\u202e\u2066)");
    CHECK(printable("\xEF\xBF\xBE\xEF\xBF\xBF") == R"(\ufffe\uffff)");
    CHECK(is_utf8("\x1b\xC2\x85"));
}

// Table 3-7 of the Unicode standard: stray and missing bytes, overlong forms, surrogates, too high numbers.
TEST_CASE("bytes that are not UTF-8 are shown one by one") {
    CHECK(printable("\x1f\x8b\x08") == R"(\x1f\x8b\x08)");
    CHECK(printable("a\xC3") == R"(a\xc3)");
    CHECK(printable("\xE2\x98|\x98\x83") == R"(\xe2\x98|\x98\x83)");
    CHECK(printable("\xC0\xAF\xE0\x80\xAF\xF0\x80\x80\xAF") == R"(\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf)");
    CHECK(printable("\xED\xA0\x80") == R"(\xed\xa0\x80)");
    CHECK(printable("\xF4\x90\x80\x80\xFF") == R"(\xf4\x90\x80\x80\xff)");
    CHECK_FALSE(is_utf8("a\xC3"));
}

TEST_CASE("a long text is cut between characters") {
    CHECK(shortened("abc", 3) == "abc");
    CHECK(shortened("abcd", 3) == "abc… (4 bytes)");
    CHECK(shortened("ab☃d", 3) == "ab… (6 bytes)");
    CHECK(shortened("ab☃d", 4) == "ab… (6 bytes)");
    CHECK(shortened("ab☃d", 5) == "ab☃… (6 bytes)");
}
