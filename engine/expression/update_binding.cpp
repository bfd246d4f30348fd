#include <algorithm>
#include <array>

#include "engine/expression/binding.hpp"
#include "engine/expression/function.hpp"
#include "engine/expression/operand_rules.hpp"
#include "engine/expression/syntax.hpp"
#include "engine/expression/update.hpp"
#include "engine/expression/value_relation.hpp"

namespace tailrace::expression {
namespace {

/// The names of the types in messages about ADD and DELETE, in the order of AttributeType.
std::string_view long_type_name(AttributeType type) {
    static constexpr std::array<std::string_view, 10> names = {
        "STRING", "NUMBER", "BINARY",     "BOOLEAN",    "NULL",
        "LIST",   "MAP",    "STRING_SET", "NUMBER_SET", "BINARY_SET"};
    return names[static_cast<std::size_t>(type)];
}

/// Checks a parsed update in AWS's order, each rule over the whole expression, and makes an Update of it.
class UpdateBinder {
  public:
    explicit UpdateBinder(Placeholders& placeholders)
        : binding_(ExpressionKind::update, placeholders), rules_(binding_.rules()) {}

    Update bind(const UpdateSyntax& syntax) {
        if (syntax.has_redundant_parentheses) fail("The expression has redundant parentheses;");
        for (const ActionSyntax& action : syntax.actions) require_names(action);
        for (const ActionSyntax& action : syntax.actions) {
            for (const SyntaxNode& value : action.value) require_functions(value, false);
        }
        require_single_clauses(syntax.clauses);
        std::vector<Path> targets;
        for (const ActionSyntax& action : syntax.actions) {
            targets.push_back(binding_.path(action.path));
            for (const SyntaxNode& value : action.value) require_paths(value);
        }
        for (const ActionSyntax& action : syntax.actions) {
            for (const SyntaxNode& value : action.value) require_values(value);
        }
        require_disjoint(targets, ExpressionKind::update);
        for (const ActionSyntax& action : syntax.actions) require_operand(action);
        for (const ActionSyntax& action : syntax.actions) {
            for (const SyntaxNode& value : action.value) require_types(value);
        }
        std::vector<UpdateAction> actions;
        for (std::size_t i = 0; i < targets.size(); ++i) {
            UpdateAction action{syntax.actions[i].clause, std::move(targets[i]), std::nullopt};
            for (const SyntaxNode& value : syntax.actions[i].value) action.value = bound(value);
            actions.push_back(std::move(action));
        }
        return {std::move(actions), Update::Dialect::update_expression};
    }

  private:
    [[noreturn]] void fail(const std::string& message) const { reject(ExpressionKind::update, message); }

    void require_names(const ActionSyntax& action) const {
        binding_.require_allowed_names(action.path);
        for (const SyntaxNode& value : action.value) require_names(value);
    }

    void require_names(const SyntaxNode& node) const {
        binding_.require_allowed_names(node.path);
        for (const SyntaxNode& child : node.children) require_names(child);
    }

    /// list_append must not be inside another call.
    void require_functions(const SyntaxNode& node, bool in_call) const {
        const bool is_call = node.kind == SyntaxKind::call;
        if (is_call && require_function(node.text, ExpressionKind::update) == Function::list_append &&
            in_call) {
            reject_misuse(node.text, ExpressionKind::update);
        }
        for (const SyntaxNode& child : node.children) require_functions(child, is_call || in_call);
    }

    void require_single_clauses(const std::vector<UpdateClause>& clauses) const {
        for (auto each = clauses.begin(); each != clauses.end(); ++each) {
            if (std::find(clauses.begin(), each, *each) == each) continue;
            fail("The \"" + std::string(clause_name(*each)) +
                 "\" section can only be used once in an update expression;");
        }
    }

    void require_paths(const SyntaxNode& node) {
        if (node.kind == SyntaxKind::path) binding_.path(node.path);
        for (const SyntaxNode& child : node.children) require_paths(child);
    }

    void require_values(const SyntaxNode& node) {
        if (node.kind == SyntaxKind::value) binding_.value(node.text);
        for (const SyntaxNode& child : node.children) require_values(child);
    }

    /// ADD accepts numbers and sets, DELETE accepts sets.
    void require_operand(const ActionSyntax& action) {
        const bool is_add = action.clause == UpdateClause::add;
        if (!is_add && action.clause != UpdateClause::delete_) return;
        const AttributeType type = binding_.value(action.value.front().text).type();
        if (is_set(type) || (is_add && type == AttributeType::N)) return;
        const std::string clause(clause_name(action.clause));
        fail("Incorrect operand type for operator or function; operator: " + clause + ", operand type: " +
             std::string(long_type_name(type)) + ", typeSet: ALLOWED_FOR_" + clause + "_OPERAND");
    }

    void require_types(const SyntaxNode& node) {
        for (const SyntaxNode& child : node.children) require_types(child);
        if (node.kind == SyntaxKind::arithmetic) require_operand_type(node, AttributeType::N);
        if (node.kind != SyntaxKind::call) return;
        const Function function = *function_named(node.text);
        rules_.require_count(node.text, node.children.size(), operand_count(function));
        if (function == Function::list_append) {
            require_operand_type(node, AttributeType::L);
        } else if (node.children.front().kind != SyntaxKind::path) {
            rules_.reject_value(node.text);
        }
    }

    void require_operand_type(const SyntaxNode& node, AttributeType allowed) {
        for (const SyntaxNode& operand : node.children) {
            if (operand.kind != SyntaxKind::value) continue;
            const AttributeType type = binding_.value(operand.text).type();
            if (type != allowed) rules_.reject_type(node.text, type_name(type));
        }
    }

    UpdateValue bound(const SyntaxNode& node) {
        if (node.kind == SyntaxKind::path) return UpdateValue::attribute(binding_.path(node.path));
        if (node.kind == SyntaxKind::value) return UpdateValue::constant(binding_.value(node.text));
        const SyntaxNode& first = node.children[0];
        UpdateValue second = bound(node.children[1]);
        if (node.kind == SyntaxKind::arithmetic) {
            return node.text == "+" ? UpdateValue::sum(bound(first), std::move(second))
                                    : UpdateValue::difference(bound(first), std::move(second));
        }
        if (*function_named(node.text) == Function::list_append) {
            return UpdateValue::list_append(bound(first), std::move(second));
        }
        return UpdateValue::if_not_exists(binding_.path(first.path), std::move(second));
    }

    Binding binding_;
    OperandRules rules_;
};

}  // namespace

Update Update::parse(std::string_view text, Placeholders& placeholders) {
    const UpdateSyntax syntax = parse_update(text);
    return UpdateBinder(placeholders).bind(syntax);
}

}  // namespace tailrace::expression
