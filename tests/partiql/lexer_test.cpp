#include "engine/partiql/lexer.hpp"

#include "engine/model/api_error.hpp"
#include "tests/catch.hpp"

namespace tailrace::partiql {
namespace {

/// "kind:text@line:column:length" for each token except the last.
std::string tokens(std::string_view text) {
    static constexpr const char* kinds[] = {"name", "quoted", "keyword", "string", "number", "ion", "symbol"};
    std::string all;
    try {
        for (const Token& each : tokenize(text)) {
            if (each.kind == TokenKind::end) break;
            if (!all.empty()) all.push_back(' ');
            all.append(kinds[static_cast<std::size_t>(each.kind)]).append(":").append(each.text);
            all.append("@").append(each.position.at().substr(4));
        }
    } catch (const ApiError& error) {
        return error.message();
    }
    return all;
}

// DynamoDB's messages end with positions, so these count characters, lines and quotes as DynamoDB does.
TEST_CASE("The lexer finds tokens and their positions", "[partiql]") {
    CHECK(tokens("SELECT Pk") == "keyword:select@1:1:6 name:Pk@1:8:2");
    CHECK(tokens("a\n  \"B c\"") == "name:a@1:1:1 quoted:B c@2:3:5");
    CHECK(tokens("'it''s' \"x\"\"y\"") == "string:it's@1:1:7 quoted:x\"y@1:9:6");
    CHECK(tokens("'\xC3\xA4' x") == "string:\xC3\xA4@1:1:3 name:x@1:5:1");
    CHECK(tokens("a!=b<>c") == "name:a@1:1:1 symbol:<>@1:2:2 name:b@1:4:1 symbol:<>@1:5:2 name:c@1:7:1");
    CHECK(tokens("<<1>>") == "symbol:<<@1:1:2 number:1@1:3:1 symbol:>>@1:4:2");
    CHECK(tokens("1.5e-3 .5 5.") == "number:1.5e-3@1:1:6 number:.5@1:8:2 number:5.@1:11:2");
    CHECK(tokens("`{a:1}`") == "ion:{a:1}@1:1:7");
}

TEST_CASE("Comments are white space", "[partiql]") {
    CHECK(tokens("a--b\nc") == "name:a@1:1:1 name:c@2:1:1");
    CHECK(tokens("a/* b */c") == "name:a@1:1:1 name:c@1:9:1");
    CHECK(tokens("'--' -- end") == "string:--@1:1:4");
}

TEST_CASE("Text that is not a token leaves the message without its detail", "[partiql]") {
    const std::string refused = "Statement wasn't well formed, can't be processed: ";
    for (const char* text : {"'open", "\"open", "`open", "/* open", "#", "a ! b", "1e", "0x5", "1e2147483648",
                             "1e99999999999", "1.5e-2147483647", "\\"}) {
        INFO(text);
        CHECK(tokens(text) == refused);
    }
    CHECK(tokens("1e2147483647") == "number:1e2147483647@1:1:12");
}

}  // namespace
}  // namespace tailrace::partiql
