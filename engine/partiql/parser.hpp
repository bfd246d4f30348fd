#pragma once

#include <string_view>
#include <vector>

#include "engine/model/depth_guard.hpp"
#include "engine/partiql/syntax.hpp"
#include "engine/partiql/token.hpp"

namespace tailrace::partiql {

/// Reads the tokens of one statement from left to right. The faults of a statement are reported in the words
/// of PartiQL's reference parser, which DynamoDB passes on.
class Parser {
  public:
    explicit Parser(std::string_view text);

    /// statement := (select | insert | update | delete | from_first | "EXISTS" "(" select ")") [";"]
    Statement statement();

  private:
    /// Counts a nesting level, and rejects one that is too deep.
    DepthGuard deeper();

    const Token& peek(std::size_t ahead = 0) const;
    Token take();
    bool at_symbol(std::string_view symbol, std::size_t ahead = 0) const;
    bool at_keyword(std::string_view keyword, std::size_t ahead = 0) const;
    bool at_name() const;
    bool take_symbol(std::string_view symbol);
    bool take_keyword(std::string_view keyword);
    /// `name` is the symbol's name in messages: "RIGHT_PAREN".
    void expect_symbol(std::string_view symbol, std::string_view name);

    // The precedence of operators, from the loosest to the tightest: OR; AND; NOT; = <> IS IN; < <= > >=
    // BETWEEN LIKE; + - ||; * / %.
    Expression expression() { return operation(0); }
    Expression operation(int binding);
    Expression operand();
    Expression sign();
    Expression type_name();
    Expression term();
    Expression keyword_term();
    Expression grouped();
    Expression rows();
    Expression call(const Token& name);
    Expression path_steps(Expression root);
    Expression bracketed_step();
    Expression sequence(Expression::Kind kind, std::string_view close, std::string_view name);
    Expression tuple();
    /// A name followed by members and elements, as in UPDATE, DELETE and SET.
    Expression simple_path();
    Expression query();

    Statement select();
    void select_list(Statement& select);
    void select_source(Statement& select);
    void order_by(Statement& select);
    Statement insert();
    Statement update();
    Statement erase();
    Statement from_first();
    void assignments(Statement& update);
    void alias(Statement& statement);
    void where(Statement& statement);
    void returning(Statement& statement);
    Statement of_expression();

    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    std::size_t parameters_ = 0;
    int depth_ = 0;
    int operators_ = 0;
};

}  // namespace tailrace::partiql
