#include "conformance/runner/wire/json_text.hpp"

#include <string>
#include <utility>

#include "tests/catch.hpp"

using namespace tailrace::conformance;

TEST_CASE("base64 is written and read", "[json_text]") {
    const std::string odd("\0\xff\x10", 3);
    for (const auto& [bytes, text] : {std::pair<std::string, std::string>{"", ""},
                                      {"a", "YQ=="},
                                      {"ab", "YWI="},
                                      {"abc", "YWJj"},
                                      {odd, "AP8Q"}}) {
        CHECK(to_base64(bytes) == text);
        CHECK(from_base64(text) == bytes);
    }
}

TEST_CASE("what is not base64 is refused", "[json_text]") {
    for (const char* text : {"YQ", "YQ=", "====", "Y=Q=", "YQ =", "Y!==", "YWJj\n", "Y==="}) {
        CAPTURE(text);
        CHECK_THROWS_WITH(from_base64(text), "it is not base64 with padding");
    }
}
