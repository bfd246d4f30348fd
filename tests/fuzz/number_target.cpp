#include <algorithm>
#include <compare>
#include <optional>
#include <vector>

#include "engine/model/number.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace tailrace::fuzz {
namespace {

/// The longest text of a number: a sign, "0.", 129 zeros and 38 digits.
constexpr std::size_t max_text_bytes = 1 + 2 + 129 + 38;
constexpr std::size_t max_size_bytes = 22;

std::optional<Number> read(std::string_view text, ValueWords words = ValueWords::older) {
    try {
        return Number::parse(text, words);
    } catch (const ApiError& error) {
        require_answerable(error);
        return std::nullopt;
    }
}

std::optional<Number> sum(const Number& a, const Number& b) {
    try {
        return a + b;
    } catch (const ApiError& error) {
        require_answerable(error);
        return std::nullopt;
    }
}

std::string key(const Number& number) {
    std::string bytes;
    number.append_key(bytes);
    return bytes;
}

void check(const Number& number) {
    const std::string text = number.text();
    require(text.size() <= max_text_bytes, "a text is no longer than the longest number");
    require(text.find_first_not_of("-.0123456789") == std::string::npos, "a text is plain notation");
    const auto again = read(text);
    require(again == number, "a number reads back from its text");
    require(again->text() == text, "a number has one text");
    require(sum(number, number.negated()) == Number(), "the sum of a number and its negation is zero");
    require(sum(number, Number()) == number, "adding zero changes nothing");
    require(number.size_bytes() >= 1 && number.size_bytes() <= max_size_bytes, "a size is within bounds");
}

void check(const Number& a, const Number& b) {
    const std::strong_ordering order = a <=> b;
    require((b <=> a) == (0 <=> order), "an order is reversed if its sides are swapped");
    require((key(a) <=> key(b)) == order, "keys sort as numbers do");
    require(key(b).starts_with(key(a)) == (a == b), "no key begins with another");
    require((a.text() == b.text()) == (a == b), "equal numbers have equal texts");
    require((b.negated() <=> a.negated()) == order, "negated numbers sort the other way");
    const auto total = sum(a, b);
    require(total == sum(b, a), "a sum does not depend on the order of its terms");
    if (total) require(sum(*total, b.negated()) == a, "a sum is exact");
    const auto difference = sum(a, b.negated());
    if (difference) require((*difference <=> Number()) == order, "a difference has the sign of the order");
}

}  // namespace

/// Lines of numbers, which are checked one by one and against each other.
bool run_number(std::string_view input) {
    constexpr std::size_t max_lines = 4;
    std::vector<Number> numbers;
    std::size_t lines = 0;
    for (std::size_t start = 0; start < input.size() && lines < max_lines; ++lines) {
        const std::size_t end = std::min(input.find('\n', start), input.size());
        const auto text = as_text(input.substr(start, end - start));
        const auto number = text ? read(*text) : std::nullopt;
        const auto newer = text ? read(*text, ValueWords::newer) : std::nullopt;
        require(!newer || newer == number, "the older wording reads every number that the newer one reads");
        if (number) numbers.push_back(*number);
        start = end + 1;
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        check(numbers[i]);
        for (std::size_t j = 0; j < i; ++j) check(numbers[i], numbers[j]);
    }
    return lines > 0 && numbers.size() == lines;
}

}  // namespace tailrace::fuzz
