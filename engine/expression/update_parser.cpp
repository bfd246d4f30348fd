#include <array>

#include "engine/expression/parser.hpp"
#include "engine/expression/syntax.hpp"

namespace tailrace::expression {
namespace {

/// The grammar of UpdateExpression:
///
///     update     := clause+
///     clause     := "SET" assignment ("," assignment)*  | "REMOVE" path ("," path)*
///                 | ("ADD" | "DELETE") path value ("," path value)*
///     assignment := path "=" sum
///     sum        := operand (("+" | "-") operand)?
///     operand    := call | value | path | "(" sum ")"
class UpdateParser {
  public:
    explicit UpdateParser(std::string_view text) : parser_(text, ExpressionKind::update) {}

    UpdateSyntax parse() {
        do {
            clause();
        } while (parser_.next_kind() != TokenKind::end);
        update_.has_redundant_parentheses = parser_.has_redundant_parentheses();
        return std::move(update_);
    }

  private:
    void clause() {
        const UpdateClause clause = opening();
        update_.clauses.push_back(clause);
        do {
            ActionSyntax action{clause, parser_.path(), {}};
            if (clause == UpdateClause::set) {
                parser_.expect(TokenKind::equal);
                action.value.push_back(sum());
            } else if (clause != UpdateClause::remove) {
                const Token value = parser_.expect(TokenKind::value_placeholder);
                action.value.push_back({SyntaxKind::value, value.text, {}, {}});
            }
            update_.actions.push_back(std::move(action));
        } while (parser_.take_if(TokenKind::comma));
    }

    UpdateClause opening() {
        if (parser_.take_if(TokenKind::keyword_set)) return UpdateClause::set;
        if (parser_.take_if(TokenKind::keyword_remove)) return UpdateClause::remove;
        if (parser_.take_if(TokenKind::keyword_add)) return UpdateClause::add;
        if (parser_.take_if(TokenKind::keyword_delete)) return UpdateClause::delete_;
        parser_.fail();
    }

    SyntaxNode sum() {
        SyntaxNode left = operand();
        const bool adds = parser_.next_kind() == TokenKind::plus || parser_.next_kind() == TokenKind::minus;
        if (!adds || left.kind == SyntaxKind::arithmetic) return left;
        SyntaxNode node{.kind = SyntaxKind::arithmetic, .text = parser_.take().text};
        parser_.count_operator();
        node.children.push_back(std::move(left));
        node.children.push_back(parser_.argument());
        return node;
    }

    SyntaxNode operand() {
        if (parser_.next_kind() != TokenKind::open_parenthesis) return parser_.plain_argument();
        return parser_.parenthesized([this] { return sum(); });
    }

    Parser parser_;
    UpdateSyntax update_;
};

}  // namespace

std::string_view clause_name(UpdateClause clause) {
    static constexpr std::array<std::string_view, 4> names = {"SET", "REMOVE", "ADD", "DELETE"};
    return names[static_cast<std::size_t>(clause)];
}

UpdateSyntax parse_update(std::string_view text) {
    return UpdateParser(text).parse();
}

}  // namespace tailrace::expression
