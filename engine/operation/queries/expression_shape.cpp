#include "engine/operation/queries/expression_shape.hpp"

#include <algorithm>
#include <cstddef>

#include "engine/expression/lexer.hpp"

namespace tailrace::operation {
namespace {

namespace json = boost::json;
using expression::Token;
using expression::TokenKind;

/// Returns the name that a #placeholder means, or the placeholder itself if nothing defines it.
std::string_view meaning_of(std::string_view placeholder, const json::object& request) {
    const json::value* names = request.if_contains("ExpressionAttributeNames");
    if (names == nullptr || !names->is_object()) return placeholder;
    const json::value* name = names->get_object().if_contains(placeholder);
    return name != nullptr && name->is_string() ? std::string_view(name->get_string()) : placeholder;
}

bool is_keyword(TokenKind kind) {
    return kind >= TokenKind::keyword_and && kind <= TokenKind::keyword_delete;
}

std::string shown(const Token& token, const json::object& request) {
    if (token.kind == TokenKind::value_placeholder) return "?";
    if (token.kind == TokenKind::name_placeholder) return std::string(meaning_of(token.text, request));
    std::string text(token.text);
    if (is_keyword(token.kind)) {
        std::ranges::transform(text, text.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        });
    }
    return text;
}

/// Returns true if there is a blank between two tokens.
bool are_apart(const Token& before, const Token& after) {
    using enum TokenKind;
    const auto joins_next = [](TokenKind kind) {
        return kind == open_parenthesis || kind == open_bracket || kind == dot;
    };
    if (joins_next(before.kind)) return false;
    if (after.kind == open_parenthesis) return before.kind != identifier;
    return after.kind != comma && after.kind != close_parenthesis && after.kind != open_bracket &&
           after.kind != close_bracket && after.kind != dot;
}

/// Returns the tokens, except the end and, in each list of IN, every value after the first.
std::vector<Token> tokens_of_shape(std::string_view expression) {
    std::vector<Token> kept;
    bool in_list = false;
    for (const Token& each : expression::tokenize(expression, expression::ExpressionKind::condition)) {
        if (each.kind == TokenKind::end) break;
        if (each.kind == TokenKind::close_parenthesis) in_list = false;
        const bool is_further = in_list && !kept.empty() && kept.back().kind != TokenKind::open_parenthesis;
        if (is_further) continue;
        const bool begins_list = each.kind == TokenKind::open_parenthesis && !kept.empty() &&
                                 kept.back().kind == TokenKind::keyword_in;
        if (begins_list) in_list = true;
        kept.push_back(each);
    }
    return kept;
}

/// Returns the operator or the function that uses the attribute at `place`; see AttributeUse. There is a
/// token after it.
std::string operator_at(const std::vector<Token>& tokens, std::size_t place, const json::object& request) {
    const auto is_operator = [](TokenKind kind) {
        return (kind >= TokenKind::equal && kind <= TokenKind::greater_or_equal) ||
               kind == TokenKind::keyword_between || kind == TokenKind::keyword_in;
    };
    const Token& next = tokens[place + 1];
    if (next.kind == TokenKind::dot || next.kind == TokenKind::open_bracket) return ".";
    const bool is_argument = place > 1 && tokens[place - 1].kind == TokenKind::open_parenthesis &&
                             tokens[place - 2].kind == TokenKind::identifier;
    if (is_argument) return std::string(tokens[place - 2].text);
    if (is_operator(next.kind)) return shown(next, request);
    return place > 0 && is_operator(tokens[place - 1].kind) ? shown(tokens[place - 1], request) : "";
}

}  // namespace

std::string expression_shape(std::string_view expression, const json::object& request) {
    std::string shape;
    const Token* before = nullptr;
    const std::vector<Token> tokens = tokens_of_shape(expression);
    for (const Token& each : tokens) {
        if (before != nullptr && are_apart(*before, each)) shape.push_back(' ');
        shape.append(shown(each, request));
        before = &each;
    }
    return shape;
}

std::string conditions_shape(const json::object& conditions) {
    std::vector<std::string> parts;
    for (const auto& [name, condition] : conditions) {
        const json::value* op =
            condition.is_object() ? condition.get_object().if_contains("ComparisonOperator") : nullptr;
        std::string part(name);
        if (op != nullptr && op->is_string()) part.append(" ").append(op->get_string()).append(" ?");
        parts.push_back(std::move(part));
    }
    std::ranges::sort(parts);
    std::string shape;
    for (const std::string& each : parts) shape.append(shape.empty() ? "" : " AND ").append(each);
    return shape;
}

std::vector<AttributeUse> uses_in(std::string_view expression, const json::object& request) {
    std::vector<AttributeUse> uses;
    const std::vector<Token> tokens = expression::tokenize(expression, expression::ExpressionKind::condition);
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        const bool is_function =
            tokens[i].kind == TokenKind::identifier && tokens[i + 1].kind == TokenKind::open_parenthesis;
        const bool is_nested = i > 0 && tokens[i - 1].kind == TokenKind::dot;
        const bool is_name =
            tokens[i].kind == TokenKind::identifier || tokens[i].kind == TokenKind::name_placeholder;
        if (!is_name || is_function || is_nested) continue;
        uses.push_back({shown(tokens[i], request), operator_at(tokens, i, request)});
    }
    return uses;
}

bool has_alternatives(std::string_view expression) {
    const std::vector<Token> tokens = expression::tokenize(expression, expression::ExpressionKind::condition);
    return std::ranges::any_of(tokens, [](const Token& each) {
        return each.kind == TokenKind::keyword_or || each.kind == TokenKind::keyword_not;
    });
}

std::vector<std::string> attributes_in(std::string_view expression, const json::object& request) {
    std::vector<std::string> names;
    for (AttributeUse& each : uses_in(expression, request)) {
        if (std::ranges::find(names, each.attribute) == names.end())
            names.push_back(std::move(each.attribute));
    }
    return names;
}

const json::value* assigned_value(std::string_view expression, const json::object& request,
                                  std::string_view attribute) {
    const json::value* values = request.if_contains("ExpressionAttributeValues");
    if (values == nullptr || !values->is_object()) return nullptr;
    const std::vector<Token> tokens = expression::tokenize(expression, expression::ExpressionKind::update);
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
        const bool assigns =
            tokens[i + 1].kind == TokenKind::equal && tokens[i + 2].kind == TokenKind::value_placeholder;
        const bool is_nested = i > 0 && tokens[i - 1].kind == TokenKind::dot;
        if (!assigns || is_nested || shown(tokens[i], request) != attribute) continue;
        return values->get_object().if_contains(tokens[i + 2].text);
    }
    return nullptr;
}

}  // namespace tailrace::operation
