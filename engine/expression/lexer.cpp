#include "engine/expression/lexer.hpp"

#include <array>

#include "engine/model/ascii_case.hpp"
#include "engine/model/utf8.hpp"

namespace tailrace::expression {
namespace {

struct Keyword {
    std::string_view word;
    TokenKind kind;
};

constexpr std::array<Keyword, 5> condition_keywords = {{{"AND", TokenKind::keyword_and},
                                                        {"OR", TokenKind::keyword_or},
                                                        {"NOT", TokenKind::keyword_not},
                                                        {"BETWEEN", TokenKind::keyword_between},
                                                        {"IN", TokenKind::keyword_in}}};

constexpr std::array<Keyword, 4> update_keywords = {{{"SET", TokenKind::keyword_set},
                                                     {"REMOVE", TokenKind::keyword_remove},
                                                     {"ADD", TokenKind::keyword_add},
                                                     {"DELETE", TokenKind::keyword_delete}}};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_name_part(char c) {
    return is_letter(c) || is_digit(c) || c == '_';
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

template <std::size_t N>
TokenKind word_kind(std::string_view word, const std::array<Keyword, N>& keywords) {
    for (const Keyword& each : keywords) {
        if (equal_ignoring_case(word, each.word)) return each.kind;
    }
    return TokenKind::identifier;
}

TokenKind word_kind(std::string_view word, ExpressionKind kind) {
    if (kind == ExpressionKind::projection) return TokenKind::identifier;
    if (kind == ExpressionKind::update) return word_kind(word, update_keywords);
    return word_kind(word, condition_keywords);
}

TokenKind single_character_kind(char c) {
    switch (c) {
        case '(':
            return TokenKind::open_parenthesis;
        case ')':
            return TokenKind::close_parenthesis;
        case '[':
            return TokenKind::open_bracket;
        case ']':
            return TokenKind::close_bracket;
        case ',':
            return TokenKind::comma;
        case '.':
            return TokenKind::dot;
        case '+':
            return TokenKind::plus;
        case '-':
            return TokenKind::minus;
        case '=':
            return TokenKind::equal;
        case '<':
            return TokenKind::less;
        case '>':
            return TokenKind::greater;
        default:
            return TokenKind::unknown;
    }
}

std::size_t name_part_length(std::string_view text, std::size_t from) {
    std::size_t end = from;
    while (end < text.size() && is_name_part(text[end])) ++end;
    return end;
}

Token next_token(std::string_view text, ExpressionKind kind) {
    const char first = text.front();
    if (is_letter(first)) {
        const std::string_view word = text.substr(0, name_part_length(text, 1));
        return {word_kind(word, kind), word};
    }
    if (first == '#' || first == ':') {
        const std::size_t length = name_part_length(text, 1);
        if (length == 1) return {TokenKind::unknown, text.substr(0, 1)};
        return {first == '#' ? TokenKind::name_placeholder : TokenKind::value_placeholder,
                text.substr(0, length)};
    }
    if (is_digit(first)) {
        std::size_t length = 1;
        while (length < text.size() && is_digit(text[length])) ++length;
        return {TokenKind::digits, text.substr(0, length)};
    }
    if (text.substr(0, 2) == "<>") return {TokenKind::not_equal, text.substr(0, 2)};
    if (text.substr(0, 2) == "<=") return {TokenKind::less_or_equal, text.substr(0, 2)};
    if (text.substr(0, 2) == ">=") return {TokenKind::greater_or_equal, text.substr(0, 2)};
    return {single_character_kind(first), text.substr(0, character_size(first))};
}

}  // namespace

std::vector<Token> tokenize(std::string_view text, ExpressionKind kind) {
    // Enough for a short expression.
    constexpr std::size_t first_tokens = 16;
    std::vector<Token> tokens;
    tokens.reserve(first_tokens);
    while (true) {
        while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
        if (text.empty()) break;
        tokens.push_back(next_token(text, kind));
        text.remove_prefix(tokens.back().text.size());
    }
    tokens.push_back({TokenKind::end, text});
    return tokens;
}

}  // namespace tailrace::expression
