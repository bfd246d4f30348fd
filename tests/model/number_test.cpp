#include "engine/model/number.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/model/api_error.hpp"
#include "tests/catch.hpp"

using tailrace::ApiError;
using tailrace::Number;
using tailrace::ValueWords;

namespace {

std::string canonical(const std::string& text) {
    return Number::parse(text).text();
}

std::string refusal_of(const std::string& text, ValueWords words = ValueWords::older) {
    try {
        return "accepted as " + Number::parse(text, words).text();
    } catch (const ApiError& error) {
        return error.message();
    }
}

std::string key(const std::string& text) {
    std::string bytes;
    Number::parse(text).append_key(bytes);
    return bytes;
}

}  // namespace

// Each number has one canonical text, however it was written.
TEST_CASE("numbers are written in canonical text", "[number]") {
    CHECK(canonical("0") == "0");
    CHECK(canonical("-0.000") == "0");
    CHECK(canonical("1.0") == "1");
    CHECK(canonical("10E-1") == "1");
    CHECK(canonical("+5") == "5");
    CHECK(canonical("007") == "7");
    CHECK(canonical(".5") == "0.5");
    CHECK(canonical("5.") == "5");
    CHECK(canonical("-12.50") == "-12.5");
    CHECK(canonical("1e+3") == "1000");
    CHECK(canonical("1.5E-5") == "0.000015");
    CHECK(canonical("12345678901234567890123456789012345678") == "12345678901234567890123456789012345678");
    CHECK(canonical("1E125") == "1" + std::string(125, '0'));
    CHECK(canonical("1E-130") == "0." + std::string(129, '0') + "1");
}

// The wording is AWS's, as observed on the service.
TEST_CASE("text that is not a DynamoDB number is refused", "[number]") {
    CHECK(refusal_of("") == "The parameter cannot be converted to a numeric value");
    CHECK(refusal_of("abc") == "The parameter cannot be converted to a numeric value: abc");
    CHECK(refusal_of("1 ") == "The parameter cannot be converted to a numeric value: 1 ");
    CHECK(refusal_of("1.2.3") == "The parameter cannot be converted to a numeric value: 1.2.3");
    CHECK(refusal_of("1e") == "The parameter cannot be converted to a numeric value: 1e");
    CHECK(refusal_of("1e+-5") == "The parameter cannot be converted to a numeric value: 1e+-5");
    CHECK(refusal_of("-") == "The parameter cannot be converted to a numeric value: -");
    CHECK(refusal_of("NaN") == "The parameter cannot be converted to a numeric value: NaN");
    CHECK(refusal_of("123456789012345678901234567890123456789") ==
          "Attempting to store more than 38 significant digits in a Number");
    CHECK(refusal_of("1E126") ==
          "Number overflow. Attempting to store a number with magnitude larger than supported range");
    CHECK(refusal_of("1E-131") ==
          "Number underflow. Attempting to store a number with magnitude smaller than supported range");
    CHECK(refusal_of("1e-2147483647") ==
          "Number underflow. Attempting to store a number with magnitude smaller than supported range");
}

// BigDecimal keeps exponent and scale in 32 bits. Text that does not fit is not a number, not even zero.
TEST_CASE("text whose exponent does not fit 32 bits is not a number", "[number]") {
    for (const std::string text :
         {"1E999999999999", "1E99999999999999999999", "1e-99999999999999999999", "1e2147483648",
          "1e-2147483648", "0.1e-2147483647", "0e99999999999", "-1E+4294967297"}) {
        CHECK(refusal_of(text) == "The parameter cannot be converted to a numeric value: " + text);
    }
    CHECK(canonical("0e2147483647") == "0");
    CHECK(canonical("0e-2147483647") == "0");
    CHECK(canonical("1e0000000000000000000000005") == "100000");
    CHECK(refusal_of("0.1e2147483647") ==
          "Number overflow. Attempting to store a number with magnitude larger than supported range");
}

// BigDecimal also adds digits and exponent in 32 bits, so that the sum wraps around for a number that is far
// too large.
TEST_CASE("with the older wording, the largest exponents are reported as too small", "[number]") {
    const std::string overflow =
        "Number overflow. Attempting to store a number with magnitude larger than supported range";
    const std::string underflow =
        "Number underflow. Attempting to store a number with magnitude smaller than supported range";
    CHECK(refusal_of("1e2147483647") == underflow);
    CHECK(refusal_of("10e2147483646") == underflow);
    CHECK(refusal_of("1e2147483646") == overflow);
    CHECK(refusal_of("1e2147483647", ValueWords::newer) == overflow);
}

// With the newer wording, which PutItem uses, exponents are read up to 64 bits, a zero is checked by the
// exponent it is written with, and the message shows an empty text after the colon.
TEST_CASE("with the newer wording, exponents have up to 64 bits", "[number]") {
    const auto newer = [](const std::string& text) { return refusal_of(text, ValueWords::newer); };
    const std::string overflow =
        "Number overflow. Attempting to store a number with magnitude larger than supported range";
    const std::string underflow =
        "Number underflow. Attempting to store a number with magnitude smaller than supported range";
    for (const std::string text : {"1e2147483648", "-1E+4294967297", "0.1e9223372036854775807", "0e126"}) {
        CHECK(newer(text) == overflow);
    }
    for (const std::string text :
         {"1e-2147483648", "0.1e-9223372036854775808", "1000e-9223372036854775808", "0e-131", "-0.0e-131"}) {
        CHECK(newer(text) == underflow);
    }
    for (const std::string text : {"1e9223372036854775808", "1e-9223372036854775809", "0e9223372036854775808",
                                   "", "e5", "1e", "1e+", "1e+-5"}) {
        CHECK(newer(text) == "The parameter cannot be converted to a numeric value: " + text);
    }
    CHECK(newer("0e125") == "accepted as 0");
    CHECK(newer("0e-130") == "accepted as 0");
    CHECK(newer("0." + std::string(200, '0')) == "accepted as 0");
    CHECK(newer("1.5e+3") == "accepted as 1500");
    CHECK(newer("123456789012345678901234567890123456789") ==
          "Attempting to store more than 38 significant digits in a Number");
}

TEST_CASE("sums are exact", "[number]") {
    const auto sum = [](const std::string& a, const std::string& b) {
        return (Number::parse(a) + Number::parse(b)).text();
    };
    CHECK(sum("0.1", "0.2") == "0.3");
    CHECK(sum("1", "-1") == "0");
    CHECK(sum("-5", "3") == "-2");
    CHECK(sum("999", "1") == "1000");
    CHECK(sum("1E38", "-1") == std::string(38, '9'));
    CHECK(sum("-1E-130", "1E-130") == "0");
    CHECK(sum("99999999999999999999999999999999999999", "-99999999999999999999999999999999999998") == "1");
    CHECK((Number::parse("3") - Number::parse("4.5")).text() == "-1.5");
    CHECK(sum("9.9999999999999999999999999999999999999E125", "-1E125") ==
          "8" + std::string(37, '9') + std::string(88, '0'));
}

// AWS was observed to call every sum that it cannot store an overflow.
TEST_CASE("a sum that is out of range or precision is an overflow", "[number]") {
    const auto refused = [](const std::string& a, const std::string& b) {
        try {
            return "accepted as " + (Number::parse(a) + Number::parse(b)).text();
        } catch (const ApiError& error) {
            return error.message();
        }
    };
    const std::string overflow =
        "Number overflow. Attempting to store a number with magnitude larger than supported range";
    CHECK(refused("9.9E125", "9.9E125") == overflow);
    CHECK(refused("-9.9E125", "-9.9E125") == overflow);
    CHECK(refused("1E50", "1") == overflow);
    CHECK(refused("1E38", "1") == overflow);
    CHECK(refused("1E37", "1") == "accepted as 1" + std::string(36, '0') + "1");
    CHECK(refused("1.01E-130", "-1E-130") == overflow);
}

// Storage finds ranges of numbers by comparing bytes alone.
TEST_CASE("the order of key bytes is the order of numbers", "[number]") {
    const std::vector<std::string> ascending = {"-9.9E125",
                                                "-1E21",
                                                "-100000000000000000000.5",
                                                "-1E20",
                                                "-1000",
                                                "-100.1",
                                                "-100",
                                                "-99",
                                                "-1.5",
                                                "-1",
                                                "-0.5",
                                                "-1E-130",
                                                "0",
                                                "1E-130",
                                                "0.001",
                                                "0.01",
                                                "0.5",
                                                "0.55",
                                                "1",
                                                "1.001",
                                                "1.01",
                                                "9",
                                                "10",
                                                "10.5",
                                                "99",
                                                "100",
                                                "101",
                                                "12345",
                                                "1E19",
                                                "18446744073709551615",
                                                "18446744073709551616",
                                                "18446744073709551616.5",
                                                "18446744073709551617",
                                                "1E20",
                                                "1E125"};
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            CAPTURE(ascending[i], ascending[j]);
            CHECK((Number::parse(ascending[i]) < Number::parse(ascending[j])) == (i < j));
            CHECK((key(ascending[i]) < key(ascending[j])) == (i < j));
            CHECK((Number::parse(ascending[i]) == Number::parse(ascending[j])) == (i == j));
        }
    }
}
