#include "engine/expression/parser.hpp"
#include "engine/expression/syntax.hpp"

namespace tailrace::expression {
namespace {

/// The grammar of ConditionExpression, FilterExpression and KeyConditionExpression:
///
///     any_of     := all_of ("OR" all_of)*
///     all_of     := negation ("AND" negation)*
///     negation   := "NOT" negation | comparison
///     comparison := primary (comparator operand
///                           | "BETWEEN" operand "AND" operand
///                           | "IN" "(" operand ("," operand)* ")")?
///     primary    := "(" any_of ")" | call | value | path
///     operand    := the same as an argument of a call
///
/// A parenthesis may open a condition or an operand, and only what follows shows which. So `any_of` reads
/// both. Where a condition is required, the parser then refuses a path or a value as a syntax error.
class ConditionParser {
  public:
    ConditionParser(std::string_view text, ExpressionKind kind) : parser_(text, kind) {}

    ConditionSyntax parse() {
        SyntaxNode root = any_of();
        require_condition(root);
        parser_.expect_end();
        return {std::move(root), parser_.has_redundant_parentheses()};
    }

  private:
    static bool is_operand(const SyntaxNode& node) {
        return node.kind == SyntaxKind::path || node.kind == SyntaxKind::value ||
               node.kind == SyntaxKind::call;
    }

    void require_condition(const SyntaxNode& node) {
        if (node.kind == SyntaxKind::path || node.kind == SyntaxKind::value) parser_.fail();
    }

    SyntaxNode any_of() {
        return joined({SyntaxKind::any_of, TokenKind::keyword_or}, [this] { return all_of(); });
    }

    SyntaxNode all_of() {
        return joined({SyntaxKind::all_of, TokenKind::keyword_and}, [this] { return negation(); });
    }

    /// AND or OR, and the kind of node that joins the conditions on its two sides.
    struct Conjunction {
        SyntaxKind kind;
        TokenKind word;
    };

    /// Returns the first operand itself if the word does not follow it.
    template <typename Operand>
    SyntaxNode joined(Conjunction conjunction, Operand&& operand) {
        SyntaxNode first = operand();
        if (parser_.next_kind() != conjunction.word) return first;
        require_condition(first);
        SyntaxNode node{.kind = conjunction.kind};
        node.children.push_back(std::move(first));
        while (parser_.take_if(conjunction.word)) {
            parser_.count_operator();
            node.children.push_back(operand());
            require_condition(node.children.back());
        }
        return node;
    }

    SyntaxNode negation() {
        if (!parser_.take_if(TokenKind::keyword_not)) return comparison();
        parser_.count_operator();
        SyntaxNode node{.kind = SyntaxKind::negation};
        node.children.push_back(negation());
        require_condition(node.children.back());
        return node;
    }

    SyntaxNode comparison() {
        SyntaxNode left = primary();
        switch (parser_.next_kind()) {
            case TokenKind::equal:
            case TokenKind::not_equal:
            case TokenKind::less:
            case TokenKind::less_or_equal:
            case TokenKind::greater:
            case TokenKind::greater_or_equal:
                return comparator(std::move(left));
            case TokenKind::keyword_between:
                return between(std::move(left));
            case TokenKind::keyword_in:
                return in(std::move(left));
            default:
                return left;
        }
    }

    /// A node for the next operator, with the operand before it as the first child.
    SyntaxNode operation(SyntaxKind kind, SyntaxNode left) {
        if (!is_operand(left)) parser_.fail();
        SyntaxNode node{.kind = kind, .text = parser_.take().text};
        parser_.count_operator();
        node.children.push_back(std::move(left));
        return node;
    }

    SyntaxNode comparator(SyntaxNode left) {
        SyntaxNode node = operation(SyntaxKind::comparison, std::move(left));
        node.children.push_back(parser_.argument());
        return node;
    }

    SyntaxNode between(SyntaxNode left) {
        SyntaxNode node = operation(SyntaxKind::between, std::move(left));
        node.children.push_back(parser_.argument());
        parser_.expect(TokenKind::keyword_and);
        node.children.push_back(parser_.argument());
        return node;
    }

    SyntaxNode in(SyntaxNode left) {
        SyntaxNode node = operation(SyntaxKind::in, std::move(left));
        parser_.expect(TokenKind::open_parenthesis);
        do {
            node.children.push_back(parser_.argument());
        } while (parser_.take_if(TokenKind::comma));
        parser_.expect(TokenKind::close_parenthesis);
        return node;
    }

    SyntaxNode primary() {
        if (parser_.next_kind() != TokenKind::open_parenthesis) return parser_.plain_argument();
        SyntaxNode node = parser_.parenthesized([this] { return any_of(); });
        if (node.kind == SyntaxKind::path) {
            const std::size_t steps = node.path.size();
            parser_.path_steps(node.path);
            if (node.path.size() > steps) node.parenthesized = false;
        }
        return node;
    }

    Parser parser_;
};

}  // namespace

ConditionSyntax parse_condition(std::string_view text, ExpressionKind kind) {
    return ConditionParser(text, kind).parse();
}

std::vector<PathSyntax> parse_projection(std::string_view text) {
    Parser parser(text, ExpressionKind::projection);
    std::vector<PathSyntax> paths;
    do {
        paths.push_back(parser.path());
    } while (parser.take_if(TokenKind::comma));
    parser.expect_end();
    return paths;
}

}  // namespace tailrace::expression
