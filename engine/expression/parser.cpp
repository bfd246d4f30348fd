#include "engine/expression/parser.hpp"

#include <string>

#include "engine/expression/function.hpp"
#include "engine/expression/lexer.hpp"

namespace tailrace::expression {
namespace {

constexpr std::size_t max_expression_bytes = 4096;
constexpr int max_operators = 300;
/// Deeper than any valid expression: each pair of parentheses that is not redundant needs one of the 300
/// operators, and 4096 bytes have no room for valid calls that nest this deep.
constexpr int max_depth = 400;

}  // namespace

Parser::Parser(std::string_view text, ExpressionKind kind) : kind_(kind) {
    if (text.empty()) reject(kind, "The expression can not be empty;");
    if (text.size() > max_expression_bytes) {
        reject(kind, "Expression size has exceeded the maximum allowed size; expression size: " +
                         std::to_string(text.size()));
    }
    tokens_ = tokenize(text, kind);
}

TokenKind Parser::kind_after_next() const {
    return next_kind() == TokenKind::end ? TokenKind::end : tokens_[position_ + 1].kind;
}

bool Parser::take_if(TokenKind kind) {
    if (next_kind() != kind) return false;
    ++position_;
    return true;
}

Token Parser::expect(TokenKind kind) {
    if (next_kind() != kind) fail();
    return take();
}

void Parser::expect_end() {
    if (next_kind() != TokenKind::end) fail();
}

void Parser::fail() const {
    const Token& stop = tokens_[position_];
    const bool at_end = stop.kind == TokenKind::end;
    // The text after "near" runs from the previous token to the next one, as it was written.
    const Token& first = position_ > 0 ? tokens_[position_ - 1] : stop;
    const bool is_last = at_end || tokens_[position_ + 1].kind == TokenKind::end;
    const Token& after = is_last ? stop : tokens_[position_ + 1];
    const Token& last = at_end ? first : after;
    const auto near_bytes = static_cast<std::size_t>(last.text.data() + last.text.size() - first.text.data());
    const std::string_view near(first.text.data(), near_bytes);
    reject(kind_, "Syntax error; token: \"" + std::string(at_end ? "<EOF>" : stop.text) + "\", near: \"" +
                      std::string(near) + "\"");
}

PathStepSyntax Parser::name_step() {
    if (next_kind() != TokenKind::identifier && next_kind() != TokenKind::name_placeholder) fail();
    const Token token = take();
    return {token.kind, token.text};
}

PathSyntax Parser::path() {
    PathSyntax path{name_step()};
    path_steps(path);
    return path;
}

void Parser::path_steps(PathSyntax& path) {
    while (true) {
        if (take_if(TokenKind::dot)) {
            path.push_back(name_step());
        } else if (take_if(TokenKind::open_bracket)) {
            path.push_back({TokenKind::digits, expect(TokenKind::digits).text});
            expect(TokenKind::close_bracket);
        } else {
            return;
        }
    }
}

SyntaxNode Parser::argument() {
    if (next_kind() != TokenKind::open_parenthesis) return plain_argument();
    SyntaxNode node = parenthesized([this] { return argument(); });
    const bool path_goes_on = next_kind() == TokenKind::dot || next_kind() == TokenKind::open_bracket;
    if (node.kind == SyntaxKind::path && path_goes_on && kind_ != ExpressionKind::update) {
        path_steps(node.path);
        node.parenthesized = false;
    }
    return node;
}

SyntaxNode Parser::plain_argument() {
    if (next_kind() == TokenKind::value_placeholder) return {.kind = SyntaxKind::value, .text = take().text};
    if (next_kind() == TokenKind::identifier && kind_after_next() == TokenKind::open_parenthesis) {
        return call();
    }
    return {.kind = SyntaxKind::path, .path = path()};
}

SyntaxNode Parser::call() {
    const DepthGuard level = deeper();
    SyntaxNode node{.kind = SyntaxKind::call, .text = take().text};
    expect(TokenKind::open_parenthesis);
    do {
        node.children.push_back(argument());
    } while (take_if(TokenKind::comma));
    expect(TokenKind::close_parenthesis);
    return node;
}

void Parser::count_operator() {
    if (++operators_ <= max_operators) return;
    reject(kind_,
           "The expression contains too many operators; operator count: " + std::to_string(operators_));
}

DepthGuard Parser::deeper() {
    if (depth_ >= max_depth) {
        const Token& token = tokens_[position_];
        if (token.kind == TokenKind::identifier) reject_nested_call(token.text, kind_);
        reject(kind_, "The expression has redundant parentheses;");
    }
    return DepthGuard(depth_);
}

}  // namespace tailrace::expression
