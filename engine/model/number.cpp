#include "engine/model/number.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <optional>

#include "engine/model/parse_number.hpp"
#include "engine/model/value_fault.hpp"

namespace tailrace {
namespace {

constexpr std::uint8_t zero_mark = 0x80;
constexpr std::uint8_t positive_mark = 0xc0;
constexpr std::uint8_t negative_mark = 0x40;

constexpr auto powers_of_ten = [] {
    std::array<std::uint64_t, 20> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}();

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool fits_32_bits(std::int64_t number) {
    return number >= std::numeric_limits<std::int32_t>::min() &&
           number <= std::numeric_limits<std::int32_t>::max();
}

ValueFault number_overflow() {
    return ValueFault(
        "Number overflow. Attempting to store a number with magnitude larger than supported range");
}

ValueFault number_underflow() {
    return ValueFault(
        "Number underflow. Attempting to store a number with magnitude smaller than supported range");
}

/// In AWS's older way of reading values (see ValueWords), the message has no colon if the text is empty.
ValueFault not_numeric(std::string_view text, ValueWords words) {
    std::string message = "The parameter cannot be converted to a numeric value";
    if (!text.empty() || words != ValueWords::older) message.append(": ").append(text);
    return ValueFault(std::move(message));
}

/// Reads the exponent after a number's digits, with its letter ("e5"). Returns nullopt if it is malformed.
std::optional<std::int64_t> read_exponent(std::string_view text) {
    if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
    text.remove_prefix(1);
    if (text.size() > 1 && text.front() == '+' && is_digit(text[1])) text.remove_prefix(1);
    return parse_number<std::int64_t>(text);
}

/// The older way follows Java's BigDecimal. parse() checks the two numbers that must fit an int there: the
/// written exponent, and the scale, which also counts the digits after the point. This function returns true
/// if the number of digits plus `exponent` does not fit an int, so that the sum wraps around in Java.
bool wraps_around(std::size_t digit_count, std::int64_t exponent) {
    return digit_count > 0 && exponent > 0 &&
           !fits_32_bits(static_cast<std::int64_t>(digit_count) + exponent);
}

void check_zero(std::int64_t written) {
    if (written > Number::max_magnitude) throw number_overflow();
    if (written < Number::min_magnitude) throw number_underflow();
}

}  // namespace

Number::Number(std::int64_t value) {
    std::array<char, 24> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    *this = parse(std::string_view(text.data(), static_cast<std::size_t>(end - text.data())));
}

Number Number::parse(std::string_view text, ValueWords words) {
    std::string_view rest = text;
    bool negative = false;
    if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
        negative = rest.front() == '-';
        rest.remove_prefix(1);
    }
    std::string digits;
    std::int64_t exponent = 0;
    bool point = false;
    bool any_digit = false;
    for (; !rest.empty() && (is_digit(rest.front()) || (rest.front() == '.' && !point));
         rest.remove_prefix(1)) {
        if (rest.front() == '.') {
            point = true;
            continue;
        }
        any_digit = true;
        if (point) --exponent;
        if (rest.front() != '0' || !digits.empty()) digits.push_back(rest.front());
    }
    if (!any_digit) throw not_numeric(text, words);
    if (!rest.empty()) {
        const auto written = read_exponent(rest);
        if (!written) throw not_numeric(text, words);
        if (words == ValueWords::older) {
            if (!fits_32_bits(*written) || !fits_32_bits(-(exponent + *written)))
                throw not_numeric(text, words);
            if (wraps_around(digits.size(), exponent + *written)) throw number_underflow();
        } else if (digits.empty()) {
            check_zero(*written);
        }
        // Far out of range, yet small enough to be added to without overflow.
        constexpr std::int64_t far = std::int64_t{1} << 40;
        exponent += std::clamp(*written, -far, far);
    }
    return from_digits(negative, digits, exponent);
}

Number Number::from_digits(bool negative, std::string_view digits, std::int64_t exponent) {
    while (!digits.empty() && digits.front() == '0') digits.remove_prefix(1);
    while (!digits.empty() && digits.back() == '0') {
        digits.remove_suffix(1);
        ++exponent;
    }
    Number number;
    if (digits.empty()) return number;
    const std::int64_t magnitude = static_cast<std::int64_t>(digits.size()) - 1 + exponent;
    if (magnitude > max_magnitude) throw number_overflow();
    if (magnitude < min_magnitude) throw number_underflow();
    if (digits.size() > static_cast<std::size_t>(max_digits)) {
        throw ValueFault("Attempting to store more than 38 significant digits in a Number");
    }
    for (const char c : digits)
        number.coefficient_ = number.coefficient_ * 10 + static_cast<unsigned>(c - '0');
    number.exponent_ = static_cast<int>(exponent);
    number.negative_ = negative;
    return number;
}

Number operator+(const Number& a, const Number& b) {
    // Column arithmetic over every decimal position a DynamoDB number can have: lowest 10^-167 (38 digits
    // ending there still have a magnitude of -130), highest 10^125, and one column for the carry.
    constexpr int lowest = Number::min_magnitude - Number::max_digits + 1;
    constexpr int columns = Number::max_magnitude - lowest + 2;
    std::array<int, columns> sum{};
    for (const Number* term : {&a, &b}) {
        const std::string digits = term->digits();
        const int top = term->exponent_ - lowest + static_cast<int>(digits.size()) - 1;
        for (std::size_t i = 0; i < digits.size(); ++i) {
            const int digit = digits[i] - '0';
            sum[static_cast<std::size_t>(top) - i] += term->negative_ ? -digit : digit;
        }
    }
    // The sign of the result is the sign of its highest non-zero column. Make that column positive before
    // carrying.
    const auto leading = std::find_if(sum.rbegin(), sum.rend(), [](int column) { return column != 0; });
    if (leading == sum.rend()) return Number();
    const bool negative = *leading < 0;
    std::string digits(columns, '0');
    int carry = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        int column = (negative ? -sum[i] : sum[i]) + carry;
        carry = 0;
        while (column < 0) {
            column += 10;
            --carry;
        }
        carry += column / 10;
        digits[columns - 1 - i] = static_cast<char>('0' + column % 10);
    }
    // AWS has one message for every sum that it cannot store, even for one that is too small or too precise.
    const std::size_t first = digits.find_first_not_of('0');
    const std::size_t last = digits.find_last_not_of('0');
    const int magnitude = lowest + columns - 1 - static_cast<int>(first);
    if (magnitude > Number::max_magnitude || magnitude < Number::min_magnitude ||
        last - first >= static_cast<std::size_t>(Number::max_digits)) {
        throw number_overflow();
    }
    return Number::from_digits(negative, digits, lowest);
}

Number Number::negated() const {
    Number result = *this;
    result.negative_ = coefficient_ != 0 && !negative_;
    return result;
}

std::strong_ordering operator<=>(const Number& a, const Number& b) {
    const auto sign = [](const Number& n) { return n.coefficient_ == 0 ? 0 : n.negative_ ? -1 : 1; };
    if (const int of_a = sign(a), of_b = sign(b); of_a != of_b) return of_a <=> of_b;
    const Number& left = a.negative_ ? b : a;
    const Number& right = a.negative_ ? a : b;
    if (left.exponent_ == right.exponent_) return left.coefficient_ <=> right.coefficient_;
    const int shift = left.exponent_ - right.exponent_;
    const auto is_short = [](Number::Coefficient coefficient) { return coefficient >> 64 == 0; };
    if (std::abs(shift) < static_cast<int>(powers_of_ten.size()) && is_short(left.coefficient_) &&
        is_short(right.coefficient_)) {
        const Number::Coefficient scale = powers_of_ten[static_cast<std::size_t>(std::abs(shift))];
        return shift > 0 ? left.coefficient_ * scale <=> right.coefficient_
                         : left.coefficient_ <=> right.coefficient_ * scale;
    }
    if (left.magnitude() != right.magnitude()) return left.magnitude() <=> right.magnitude();
    // Equal magnitudes: the digits align at the front, and the shorter coefficient is padded with zeros.
    const auto padded = [](Number::Coefficient coefficient, int zeros) {
        for (; zeros > 0; --zeros) coefficient *= 10;
        return coefficient;
    };
    return padded(left.coefficient_, shift) <=> padded(right.coefficient_, -shift);
}

int Number::digit_count() const {
    constexpr std::uint64_t half = 10'000'000'000'000'000'000U;
    constexpr int half_digits = 19;
    if (coefficient_ == 0) return 0;
    const bool is_long = coefficient_ >= half;
    const auto top = static_cast<std::uint64_t>(is_long ? coefficient_ / half : coefficient_);
    // 1233 / 4096 is slightly less than log10(2), so `fewest` is exact or one too low.
    const int fewest = static_cast<int>(std::bit_width(top)) * 1233 >> 12;
    const int count = fewest + (top >= powers_of_ten[static_cast<std::size_t>(fewest)] ? 1 : 0);
    return is_long ? count + half_digits : count;
}

std::string Number::digits() const {
    // 128-bit division is slow. One division is enough to split the coefficient into two halves of up to 19
    // digits.
    constexpr std::uint64_t half = 10'000'000'000'000'000'000U;
    constexpr std::size_t half_digits = 19;
    if (coefficient_ == 0) return {};
    const auto write = [](std::uint64_t number) {
        std::array<char, 24> text{};
        const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
        return std::string(text.data(), static_cast<std::size_t>(end - text.data()));
    };
    if (coefficient_ < half) return write(static_cast<std::uint64_t>(coefficient_));
    const std::string low = write(static_cast<std::uint64_t>(coefficient_ % half));
    std::string all = write(static_cast<std::uint64_t>(coefficient_ / half));
    all.append(half_digits - low.size(), '0');
    return all.append(low);
}

std::string Number::text() const {
    std::string out;
    append_text(out);
    return out;
}

void Number::append_text(std::string& out) const {
    if (coefficient_ == 0) {
        out.push_back('0');
        return;
    }
    if (negative_) out.push_back('-');
    const std::string all = digits();
    const int whole = static_cast<int>(all.size()) + exponent_;
    if (whole <= 0) {
        out.append("0.").append(static_cast<std::size_t>(-whole), '0').append(all);
    } else if (exponent_ >= 0) {
        out.append(all).append(static_cast<std::size_t>(exponent_), '0');
    } else {
        const auto split = static_cast<std::size_t>(whole);
        out.append(all, 0, split).append(1, '.').append(all, split);
    }
}

void Number::append_key(std::string& out) const {
    if (coefficient_ == 0) {
        out.push_back(static_cast<char>(zero_mark));
        return;
    }
    std::string all = digits();
    if (all.size() % 2 != 0) all.push_back('0');
    const std::uint8_t flip = negative_ ? 0xff : 0x00;
    const auto push = [&](int byte) {
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(byte) ^ flip));
    };
    out.push_back(static_cast<char>(negative_ ? negative_mark : positive_mark));
    push(magnitude() - min_magnitude);
    for (std::size_t i = 0; i < all.size(); i += 2) push((all[i] - '0') * 10 + (all[i + 1] - '0') + 1);
    push(0);
}

std::size_t Number::size_bytes() const {
    if (coefficient_ == 0) return 1;
    return size_bytes(static_cast<std::size_t>(digit_count()), exponent_, negative_);
}

}  // namespace tailrace
