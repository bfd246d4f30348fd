#include "engine/expression/lexer.hpp"

#include "tests/catch.hpp"

namespace tailrace::expression {
namespace {

std::vector<std::string> texts(std::string_view text, ExpressionKind kind) {
    std::vector<std::string> out;
    for (const Token& each : tokenize(text, kind)) out.emplace_back(each.text);
    return out;
}

TokenKind only_kind(std::string_view text, ExpressionKind kind) {
    const auto tokens = tokenize(text, kind);
    REQUIRE(tokens.size() == 2);
    return tokens.front().kind;
}

}  // namespace

// White space separates tokens and is dropped; a two-character comparator is one token.
TEST_CASE("Lexer splits an expression", "[lexer]") {
    CHECK(texts(" a.b[12]<=:v1\tAND #x<>c ", ExpressionKind::condition) ==
          std::vector<std::string>{"a", ".", "b", "[", "12", "]", "<=", ":v1", "AND", "#x", "<>", "c", ""});
}

// Identifiers start with a letter. Placeholders need a name, which may start with any character of a name.
TEST_CASE("Lexer distinguishes names from other tokens", "[lexer]") {
    CHECK(only_kind("A1_b", ExpressionKind::condition) == TokenKind::identifier);
    CHECK(only_kind("#1", ExpressionKind::condition) == TokenKind::name_placeholder);
    CHECK(only_kind(":_", ExpressionKind::condition) == TokenKind::value_placeholder);
    CHECK(only_kind("#", ExpressionKind::condition) == TokenKind::unknown);
    CHECK(texts("_1", ExpressionKind::condition) == std::vector<std::string>{"_", "1", ""});
    CHECK(texts("\xc3\xbc>", ExpressionKind::condition) == std::vector<std::string>{"\xc3\xbc", ">", ""});
}

// Each kind of expression has its own keywords, in any case.
TEST_CASE("Lexer knows the keywords of each kind", "[lexer]") {
    CHECK(only_kind("bEtWeEn", ExpressionKind::filter) == TokenKind::keyword_between);
    CHECK(only_kind("between", ExpressionKind::update) == TokenKind::identifier);
    CHECK(only_kind("sEt", ExpressionKind::update) == TokenKind::keyword_set);
    CHECK(only_kind("set", ExpressionKind::key_condition) == TokenKind::identifier);
    CHECK(only_kind("and", ExpressionKind::projection) == TokenKind::identifier);
}

}  // namespace tailrace::expression
