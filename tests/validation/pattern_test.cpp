#include "engine/validation/pattern.hpp"

#include <limits>
#include <string>

#include "tests/catch.hpp"

using namespace tailrace::validation;

namespace {

constexpr std::uint32_t unlimited = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t small_letters = 0x07ff'fffe'0000'0000U;
constexpr std::uint64_t decimal_digits = 0x03ff'0000'0000'0000U;
constexpr std::uint64_t dot = 0x0000'4000'0000'0000U;

}  // namespace

TEST_CASE("a pattern's segments share a text in any way that fits", "[pattern]") {
    // [a-z]+[.a-z]*[a-z]{2}
    static constexpr PatternSegment segments[] = {{{0, small_letters}, false, 1, unlimited},
                                                  {{dot, small_letters}, false, 0, unlimited},
                                                  {{0, small_letters}, false, 2, 2}};
    const Pattern pattern{"", segments, false};
    for (const char* matching : {"abc", "a.bc", "a..bc", "abcdefgh", "a.b.cd"}) {
        CAPTURE(matching);
        CHECK(matches(pattern, matching));
    }
    for (const char* other : {"", "ab", ".abc", "a.c", "abc.", "abc1", "a.b.c"}) {
        CAPTURE(other);
        CHECK_FALSE(matches(pattern, other));
    }
}

TEST_CASE("a repeated pattern takes whole repetitions", "[pattern]") {
    // ([0-9a-z]{4})+ and ([a-z][0-9]{0,2})+
    static constexpr PatternSegment fours[] = {{{decimal_digits, small_letters}, false, 4, 4}};
    static constexpr PatternSegment pairs[] = {{{0, small_letters}, false, 1, 1},
                                               {{decimal_digits, 0}, false, 0, 2}};
    CHECK(matches({"", fours, true}, "ab12"));
    CHECK(matches({"", fours, true}, "ab12cd34"));
    CHECK_FALSE(matches({"", fours, true}, ""));
    CHECK_FALSE(matches({"", fours, true}, "ab12c"));
    CHECK_FALSE(matches({"", fours, true}, "ab12c_34"));
    CHECK(matches({"", pairs, true}, "a1b22cd3"));
    CHECK_FALSE(matches({"", pairs, true}, "a123"));
    CHECK_FALSE(matches({"", pairs, true}, "1a"));
}

// A text far longer than any AWS token must not exhaust the stack or hold up other requests.
TEST_CASE("a text of megabytes is matched in one walk", "[pattern]") {
    constexpr std::size_t length = 4 * 1024 * 1024;
    static constexpr PatternSegment token[] = {{{decimal_digits, small_letters}, false, 16, 16}};
    CHECK(matches({"", token, true}, std::string(length, '7')));
    CHECK_FALSE(matches({"", token, true}, std::string(length + 1, '7')));
    static constexpr PatternSegment bucket[] = {{{0, small_letters}, false, 1, unlimited},
                                                {{dot, small_letters}, false, 0, unlimited},
                                                {{0, small_letters}, false, 1, unlimited}};
    CHECK_FALSE(matches({"", bucket, false}, std::string(length, 'a') + "1"));
}
