#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/model/value_words.hpp"

namespace tailrace {

/// DynamoDB's number: an exact decimal of up to 38 significant digits, zero or of a magnitude from 1E-130 to
/// 9.99…E+125.
///
/// Parsing, canonical text, comparison, addition and the order-preserving key bytes are all here, so that two
/// equal numbers are equal everywhere (1, 1.0 and 10E-1 are one number). Source: "Naming rules and data
/// types", Number, in the DynamoDB developer guide.
class Number {
  public:
    static constexpr int max_digits = 38;
    static constexpr int min_magnitude = -130;
    static constexpr int max_magnitude = 125;

    /// Zero.
    Number() = default;
    Number(std::int64_t value);  // NOLINT(google-explicit-constructor): a whole number is a Number

    /// Reads an optional sign, digits with an optional point, and an optional exponent. Throws ValueFault in
    /// DynamoDB's words if the text is not a number, has more than 38 significant digits, or is out of range.
    /// In the older way (see ValueWords), a text whose exponent does not fit 32 bits is not a number, and
    /// zero is always accepted. The newer way reads exponents of up to 64 bits, and refuses a zero whose
    /// exponent is out of range.
    static Number parse(std::string_view text, ValueWords words = ValueWords::older);

    /// Exact sum and difference. Both throw the fault for a number that is too large, whether the result is
    /// too large, too small or too precise for DynamoDB.
    friend Number operator+(const Number& a, const Number& b);
    friend Number operator-(const Number& a, const Number& b) { return a + b.negated(); }

    Number negated() const;

    friend bool operator==(const Number& a, const Number& b) = default;
    friend std::strong_ordering operator<=>(const Number& a, const Number& b);

    /// Canonical text: plain notation without leading or trailing zeros ("-12.5", "100", "0.001").
    std::string text() const;
    void append_text(std::string& out) const;

    /// Appends bytes whose lexicographic order is the numeric order. No number's bytes are a prefix of
    /// another's.
    ///
    ///     key      := 0x80                                                      zero
    ///               | 0xc0 magnitude+130 pair* 0x00                             positive
    ///               | 0x40 ~(magnitude+130) ~pair* 0xff                         negative
    ///     pair     := two digits of the coefficient, most significant first, as their value plus 1 (1…100)
    void append_key(std::string& out) const;

    /// The number's share of an item's size, in bytes: about one per two significant digits, plus one (two if
    /// it is negative). Source: "DynamoDB item sizes and formats".
    std::size_t size_bytes() const;
    /// The same for a number that is not zero and has that many significant digits, the last of which is
    /// worth 10^`exponent`.
    static constexpr std::size_t size_bytes(std::size_t digits, int exponent, bool is_negative) {
        // Digits are stored in base 100, paired from the decimal point outwards. An odd exponent shifts the
        // pairing.
        const std::size_t paired = digits + (exponent % 2 != 0 ? 1 : 0);
        return (paired + 1) / 2 + 1 + (is_negative ? 1 : 0);
    }

  private:
    __extension__ using Coefficient = unsigned __int128;

    int digit_count() const;
    int magnitude() const { return digit_count() - 1 + exponent_; }
    std::string digits() const;
    static Number from_digits(bool negative, std::string_view digits, std::int64_t exponent);

    /// The value is ± coefficient × 10^exponent. The coefficient has no trailing zero; zero is +0 × 10^0.
    Coefficient coefficient_ = 0;
    int exponent_ = 0;
    bool negative_ = false;
};

}  // namespace tailrace
