#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "engine/storage/key_encoding.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using namespace tailrace::storage;

namespace {

constexpr int pairs_per_seed = 4000;

/// Values that are often equal or neighbours: few lengths, few bytes, numbers that differ in the last digit.
class RandomKeys {
  public:
    explicit RandomKeys(unsigned seed) : random_(seed) {}

    std::string bytes() {
        static constexpr std::string_view favourites(
            "\0\x01\x02\x7f\x80\xfe\xff"
            "ab",
            9);
        std::string text;
        for (unsigned i = below(6); i > 0; --i) {
            const bool any = below(4) == 0;
            text.push_back(any ? static_cast<char>(below(256)) : favourites[below(favourites.size())]);
        }
        return text;
    }

    /// A text of characters with one to four UTF-8 bytes.
    std::string text() {
        static const std::vector<std::string> characters = {
            std::string(1, '\0'), "\x01", "a", "b", "\x7f", "\xc2\x80", "\xc3\xa9", "\xef\xbf\xbf",
            "\xf0\x9f\x98\x80"};
        std::string text;
        for (unsigned i = below(6); i > 0; --i) text += characters[below(characters.size())];
        return text;
    }

    Number number() {
        if (below(20) == 0) return Number();
        std::string digits(1, static_cast<char>('1' + below(9)));
        const unsigned count = below(3) == 0 ? below(Number::max_digits) : below(3);
        for (unsigned i = 0; i < count; ++i) digits.push_back(static_cast<char>('0' + below(10)));
        const int magnitude = below(2) == 0 ? static_cast<int>(below(4)) - 2
                                            : Number::min_magnitude + static_cast<int>(below(256));
        const int exponent = magnitude - static_cast<int>(count);
        return Number::parse((below(2) == 0 ? "-" : "") + digits + "E" + std::to_string(exponent));
    }

    /// Returns the number with its 38th digit increased or decreased by one; the number itself if that is out
    /// of range.
    Number neighbour(const Number& number) {
        const std::string text = number.text();
        const std::size_t point = std::min(text.find('.'), text.size());
        const std::size_t whole = point - (text.front() == '-' ? 1 : 0);
        if (number == Number() || text.find_first_of("123456789") > point) return number;
        const int exponent = static_cast<int>(whole) - Number::max_digits;
        const Number step = Number::parse((below(2) == 0 ? "-1E" : "1E") + std::to_string(exponent));
        return (step < Number()) == (number < Number()) ? number - step : number + step;
    }

    unsigned below(std::size_t bound) { return static_cast<unsigned>(random_() % bound); }

  private:
    std::mt19937 random_;
};

std::string key_component(const AttributeValue& value) {
    std::string bytes;
    append_component(bytes, value);
    return bytes;
}

/// Checks that components sort as their values do, whatever follows them.
template <typename T>
void check_order(const T& a, const T& b) {
    const std::string key_a = key_component(a);
    const std::string key_b = key_component(b);
    REQUIRE((key_a < key_b) == (a < b));
    REQUIRE((key_a == key_b) == (a == b));
    REQUIRE(key_b.starts_with(key_a) == (a == b));
}

void check_prefix(const std::string& text, const std::string& prefix) {
    std::string beginning;
    append_component_prefix(beginning, prefix);
    REQUIRE(key_component(text).starts_with(beginning) == text.starts_with(prefix));
    const std::string after = after_prefix(beginning);
    if (text.starts_with(prefix)) REQUIRE((after.empty() || key_component(text) < after));
}

}  // namespace

// Text, bytes and numbers of all lengths, signs and magnitudes: key bytes sort as the values do.
TEST_CASE("random keys sort as their values", "[key]") {
    for (const unsigned seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        RandomKeys random(seed);
        for (int i = 0; i < pairs_per_seed; ++i) {
            check_order(random.text(), random.text());
            check_order(Binary{random.bytes()}, Binary{random.bytes()});
            const Number number = random.number();
            check_order(number, random.number());
            check_order(number, random.neighbour(number));
            check_order(number, number.negated());
        }
    }
}

// begins_with on a sort key is a range of bytes.
TEST_CASE("random texts begin with a prefix when their keys do", "[key]") {
    for (const unsigned seed : {4U, 5U}) {
        CAPTURE(seed);
        RandomKeys random(seed);
        for (int i = 0; i < pairs_per_seed; ++i) {
            const std::string bytes = random.bytes();
            check_prefix(bytes, random.bytes());
            check_prefix(bytes, bytes.substr(0, random.below(bytes.size() + 1)));
        }
    }
}
