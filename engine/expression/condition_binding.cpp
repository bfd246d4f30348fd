#include <optional>

#include "engine/expression/binding.hpp"
#include "engine/expression/condition.hpp"
#include "engine/expression/operand_rules.hpp"
#include "engine/expression/syntax.hpp"
#include "engine/expression/value_relation.hpp"

namespace tailrace::expression {
namespace {

/// Checks a parsed condition in AWS's order and makes a Condition of it. First come the rules over the whole
/// expression, one after the other. Then come the comparisons and functions from left to right, each with its
/// placeholders, number of operands, distinct operands and types.
class ConditionBinder {
  public:
    ConditionBinder(ExpressionKind kind, Placeholders& placeholders)
        : binding_(kind, placeholders), rules_(binding_.rules()) {}

    Condition bind(const ConditionSyntax& syntax) {
        if (syntax.has_redundant_parentheses) {
            reject(binding_.kind(), "The expression has redundant parentheses;");
        }
        require_functions(syntax.root);
        require_places(syntax.root, true);
        require_names(syntax.root);
        return condition(syntax.root);
    }

  private:
    void require_functions(const SyntaxNode& node) const {
        if (node.kind == SyntaxKind::call) require_function(node.text, binding_.kind());
        for (const SyntaxNode& child : node.children) require_functions(child);
    }

    /// size() is a number, so it is used as an operand; the other functions are conditions.
    void require_places(const SyntaxNode& node, bool as_condition) const {
        const bool is_call = node.kind == SyntaxKind::call;
        if (is_call && as_condition == (function_named(node.text) == Function::size)) {
            reject_misuse(node.text, binding_.kind());
        }
        const bool holds_conditions = node.kind == SyntaxKind::all_of || node.kind == SyntaxKind::any_of ||
                                      node.kind == SyntaxKind::negation;
        for (const SyntaxNode& child : node.children) require_places(child, holds_conditions);
    }

    void require_names(const SyntaxNode& node) const {
        binding_.require_allowed_names(node.path);
        for (const SyntaxNode& child : node.children) require_names(child);
    }

    Condition condition(const SyntaxNode& node) {
        if (node.kind == SyntaxKind::negation) return Condition::negation(condition(node.children.front()));
        if (node.kind == SyntaxKind::all_of || node.kind == SyntaxKind::any_of) {
            std::vector<Condition> parts;
            parts.reserve(node.children.size());
            for (const SyntaxNode& child : node.children) parts.push_back(condition(child));
            return node.kind == SyntaxKind::all_of ? Condition::all_of(std::move(parts))
                                                   : Condition::any_of(std::move(parts));
        }
        require_defined(node);
        require_operand_counts(node);
        require_distinct(node);
        require_types(node);
        return simple_condition(node);
    }

    void require_defined(const SyntaxNode& node) {
        if (node.kind == SyntaxKind::path) binding_.path(node.path);
        if (node.kind == SyntaxKind::value) binding_.value(node.text);
        for (const SyntaxNode& child : node.children) require_defined(child);
    }

    void require_operand_counts(const SyntaxNode& node) const {
        for (const SyntaxNode& child : node.children) require_operand_counts(child);
        if (node.kind == SyntaxKind::in) rules_.require_list_size(node.children.size() - 1);
        if (node.kind != SyntaxKind::call) return;
        rules_.require_count(node.text, node.children.size(), operand_count(*function_named(node.text)));
    }

    /// The name of the operator or function as messages show it.
    static std::string_view name_of(const SyntaxNode& node) {
        if (node.kind == SyntaxKind::between) return "BETWEEN";
        return node.kind == SyntaxKind::in ? "IN" : node.text;
    }

    void require_distinct(const SyntaxNode& node) {
        if (node.children.front().kind != SyntaxKind::path) return;
        std::optional<Path> first;
        for (std::size_t i = 1; i < node.children.size(); ++i) {
            const SyntaxNode& other = node.children[i];
            if (other.kind != SyntaxKind::path) continue;
            if (!first) first = binding_.path(node.children.front().path);
            rules_.require_distinct(name_of(node), *first, binding_.path(other.path));
        }
    }

    /// The type of an operand if the request alone shows it; nullopt for a path.
    std::optional<AttributeType> known_type(const SyntaxNode& node) {
        if (node.kind == SyntaxKind::value) return binding_.value(node.text).type();
        if (node.kind == SyntaxKind::call) return AttributeType::N;
        return std::nullopt;
    }

    template <typename Allowed>
    void require_operand_types(const SyntaxNode& node, Allowed allowed) {
        for (const SyntaxNode& operand : node.children) {
            rules_.require_type(name_of(node), known_type(operand), allowed);
        }
    }

    void require_types(const SyntaxNode& node) {
        for (const SyntaxNode& child : node.children) {
            if (child.kind == SyntaxKind::call) require_types(child);
        }
        if (node.kind == SyntaxKind::comparison) {
            const bool tests_equality = node.text == "=" || node.text == "<>";
            if (!tests_equality) require_operand_types(node, is_ordered);
        } else if (node.kind == SyntaxKind::between) {
            require_operand_types(node, is_ordered);
            require_bounds(node.children[1], node.children[2]);
        } else if (node.kind == SyntaxKind::call) {
            require_function_types(node);
        }
    }

    void require_bounds(const SyntaxNode& lower, const SyntaxNode& upper) {
        if (lower.kind != SyntaxKind::value || upper.kind != SyntaxKind::value) return;
        rules_.require_bounds(binding_.value(lower.text), binding_.value(upper.text));
    }

    void require_function_types(const SyntaxNode& node) {
        switch (*function_named(node.text)) {
            case Function::attribute_exists:
            case Function::attribute_not_exists:
                if (node.children.front().kind == SyntaxKind::path) return;
                rules_.reject_value(node.text);
            case Function::begins_with:
                require_operand_types(node, has_prefix);
                return;
            case Function::size:
                require_operand_types(node, has_size);
                return;
            case Function::attribute_type:
                rules_.require_type_name(known_type(node.children[1]));
                rules_.type_named(type_text(node));
                return;
            default:
                return;
        }
    }

    /// The name of a type that is the second operand of attribute_type().
    const std::string& type_text(const SyntaxNode& call) {
        return binding_.value(call.children[1].text).get<std::string>();
    }

    Operand operand(const SyntaxNode& node) {
        if (node.kind == SyntaxKind::path) return Operand::attribute(binding_.path(node.path));
        if (node.kind == SyntaxKind::value) return Operand::constant(binding_.value(node.text));
        return Operand::size_of(operand(node.children.front()));
    }

    Condition simple_condition(const SyntaxNode& node) {
        if (node.kind == SyntaxKind::call) return function_condition(node);
        Operand first = operand(node.children.front());
        if (node.kind == SyntaxKind::comparison) {
            return Condition::compare(std::move(first), *comparator_named(node.text),
                                      operand(node.children[1]));
        }
        if (node.kind == SyntaxKind::between) {
            return Condition::between(std::move(first), operand(node.children[1]), operand(node.children[2]));
        }
        std::vector<Operand> list;
        list.reserve(node.children.size() - 1);
        for (std::size_t i = 1; i < node.children.size(); ++i) list.push_back(operand(node.children[i]));
        return Condition::in(std::move(first), std::move(list));
    }

    Condition function_condition(const SyntaxNode& node) {
        const SyntaxNode& first = node.children.front();
        switch (*function_named(node.text)) {
            case Function::attribute_exists:
                return Condition::attribute_exists(binding_.path(first.path));
            case Function::attribute_not_exists:
                return Condition::attribute_not_exists(binding_.path(first.path));
            case Function::attribute_type:
                return Condition::attribute_type(operand(first), *attribute_type_named(type_text(node)));
            case Function::begins_with:
                return Condition::begins_with(operand(first), operand(node.children[1]));
            default:
                return Condition::contains(operand(first), operand(node.children[1]));
        }
    }

    Binding binding_;
    OperandRules rules_;
};

}  // namespace

Condition Condition::parse(std::string_view text, ExpressionKind kind, Placeholders& placeholders) {
    const ConditionSyntax syntax = parse_condition(text, kind);
    return ConditionBinder(kind, placeholders).bind(syntax);
}

}  // namespace tailrace::expression
