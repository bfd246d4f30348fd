#pragma once

#include <string_view>
#include <vector>

#include "engine/expression/expression_kind.hpp"
#include "engine/expression/syntax.hpp"
#include "engine/expression/token.hpp"
#include "engine/model/depth_guard.hpp"

namespace tailrace::expression {

/// Reads the tokens of one expression: the shared part of the grammars of conditions, updates and
/// projections.
class Parser {
  public:
    /// Rejects an empty expression and one of more than 4096 bytes.
    Parser(std::string_view text, ExpressionKind kind);

    TokenKind next_kind() const { return tokens_[position_].kind; }
    TokenKind kind_after_next() const;
    Token take() { return tokens_[position_++]; }
    bool take_if(TokenKind kind);
    Token expect(TokenKind kind);
    void expect_end();
    /// Throws a syntax error at the next token.
    [[noreturn]] void fail() const;

    /// path := name ("." name | "[" digits "]")*      name := identifier | #placeholder
    PathSyntax path();
    /// Appends the steps that follow a path.
    void path_steps(PathSyntax& path);

    /// call := identifier "(" argument ("," argument)* ")"
    /// argument := call | value | path | "(" argument ")"
    SyntaxNode argument();
    /// An argument that does not begin with a parenthesis.
    SyntaxNode plain_argument();

    /// Reads "(", what `inner` reads, and ")". Notes that the parentheses are redundant if what is inside
    /// them already has its own.
    template <typename Inner>
    SyntaxNode parenthesized(Inner&& inner) {
        const DepthGuard level = deeper();
        take();
        SyntaxNode node = inner();
        expect(TokenKind::close_parenthesis);
        if (node.parenthesized) has_redundant_parentheses_ = true;
        node.parenthesized = true;
        return node;
    }
    bool has_redundant_parentheses() const { return has_redundant_parentheses_; }

    /// Counts an operator and rejects the 301st.
    void count_operator();

  private:
    /// Counts an open parenthesis or call, and rejects one that is too deep.
    DepthGuard deeper();
    PathStepSyntax name_step();
    SyntaxNode call();

    ExpressionKind kind_;
    std::vector<Token> tokens_;
    std::size_t position_ = 0;
    int operators_ = 0;
    int depth_ = 0;
    bool has_redundant_parentheses_ = false;
};

}  // namespace tailrace::expression
