#include "engine/model/base64.hpp"

#include "tests/catch.hpp"

using tailrace::Base64Fault;
using tailrace::decode_base64;
using tailrace::decode_base64_url;
using tailrace::find_base64_fault;

TEST_CASE("base64 for URLs has other characters and needs no padding", "[base64]") {
    CHECK(decode_base64_url("_-8") == "\xff\xef");
    CHECK(decode_base64_url("_-8=") == "\xff\xef");
    CHECK(decode_base64_url("YQ") == "a");
    CHECK(decode_base64_url("YWI") == "ab");
    CHECK(decode_base64_url("YWJj") == "abc");
    CHECK(decode_base64_url("") == "");
    CHECK(decode_base64("/+8=") == "\xff\xef");
    for (const char* other : {"/+8", "Y", "YQ=", "Y!", "YQ===", "=", "YWJjY"}) {
        CHECK(decode_base64_url(other) == std::nullopt);
    }
    CHECK(decode_base64("_-8=") == std::nullopt);
}

TEST_CASE("the fault of a text that is not base64", "[base64]") {
    for (const char* right : {"", "YQ==", "YWI=", "YWJj", "/+8="}) {
        CHECK(find_base64_fault(right) == std::nullopt);
    }
    CHECK(find_base64_fault("YWJjY") == Base64Fault::length);
    CHECK(find_base64_fault("_-8=") == Base64Fault::character);
    CHECK(find_base64_fault("YQ=A") == Base64Fault::character);
    CHECK(find_base64_fault("====") == Base64Fault::character);
    CHECK(find_base64_fault("YR==") == Base64Fault::spare_bits);
    CHECK(find_base64_fault("YWJ=") == Base64Fault::spare_bits);
    CHECK(decode_base64("YR==") == "a");
}
