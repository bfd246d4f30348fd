#include "engine/model/base64.hpp"

#include "tests/catch.hpp"

using tailrace::decode_base64;
using tailrace::decode_base64_url;

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
