#include <array>
#include <optional>

#include "engine/expression/binding.hpp"
#include "engine/expression/condition.hpp"
#include "engine/expression/syntax.hpp"
#include "engine/expression/value_relation.hpp"

namespace tailrace::expression {
namespace {

constexpr std::size_t max_in_list = 100;

Comparator comparator_named(std::string_view text) {
    auto comparator = Comparator::equal;
    while (comparator_text(comparator) != text) {
        comparator = static_cast<Comparator>(static_cast<int>(comparator) + 1);
    }
    return comparator;
}

/// Checks a parsed condition in AWS's order and makes a Condition of it. First come the rules over the whole
/// expression, one after the other. Then come the comparisons and functions from left to right, each with its
/// placeholders, number of operands, distinct operands and types.
class ConditionBinder {
  public:
    ConditionBinder(ExpressionKind kind, Placeholders& placeholders) : binding_(kind, placeholders) {}

    Condition bind(const ConditionSyntax& syntax) {
        if (syntax.has_redundant_parentheses) fail("The expression has redundant parentheses;");
        require_functions(syntax.root);
        require_places(syntax.root, true);
        require_names(syntax.root);
        return condition(syntax.root);
    }

  private:
    [[noreturn]] void fail(const std::string& message) const { reject(binding_.kind(), message); }

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
        if (node.kind == SyntaxKind::in && node.children.size() - 1 > max_in_list) {
            fail("The IN operator is provided with too many operands; number of operands: " +
                 std::to_string(node.children.size() - 1));
        }
        if (node.kind != SyntaxKind::call) return;
        if (node.children.size() == operand_count(*function_named(node.text))) return;
        fail("Incorrect number of operands for operator or function; operator or function: " +
             std::string(node.text) + ", number of operands: " + std::to_string(node.children.size()));
    }

    /// The name of the operator or function as messages show it.
    static std::string name_of(const SyntaxNode& node) {
        if (node.kind == SyntaxKind::between) return "BETWEEN";
        if (node.kind == SyntaxKind::in) return "IN";
        return std::string(node.text);
    }

    void require_distinct(const SyntaxNode& node) {
        if (node.children.front().kind != SyntaxKind::path) return;
        const Path first = binding_.path(node.children.front().path);
        for (std::size_t i = 1; i < node.children.size(); ++i) {
            const SyntaxNode& other = node.children[i];
            if (other.kind != SyntaxKind::path || binding_.path(other.path) != first) continue;
            fail(
                "The first operand must be distinct from the remaining operands for this operator or "
                "function; operator: " +
                name_of(node) + ", first operand: " + first.text());
        }
    }

    /// The type of an operand as far as the request shows it; nullopt for a path.
    std::optional<AttributeType> known_type(const SyntaxNode& node) {
        if (node.kind == SyntaxKind::value) return binding_.value(node.text).type();
        if (node.kind == SyntaxKind::call) return AttributeType::N;
        return std::nullopt;
    }

    [[noreturn]] void fail_type(std::string_view name, std::string_view type) const {
        fail("Incorrect operand type for operator or function; operator or function: " + std::string(name) +
             ", operand type: " + std::string(type));
    }

    template <typename Allowed>
    void require_operand_types(const SyntaxNode& node, Allowed allowed) {
        for (const SyntaxNode& operand : node.children) {
            const auto type = known_type(operand);
            if (type && !allowed(*type)) fail_type(name_of(node), type_name(*type));
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
        const AttributeValue& low = binding_.value(lower.text);
        const AttributeValue& high = binding_.value(upper.text);
        std::string broken_rule;
        if (low.type() != high.type()) {
            broken_rule = "same data type for lower and upper bounds";
        } else if (order(low, high) > 0) {
            broken_rule = "upper bound to be greater than or equal to lower bound";
        } else {
            return;
        }
        fail("The BETWEEN operator requires " + broken_rule + "; lower bound operand: " +
             key_value_text(low) + ", upper bound operand: " + key_value_text(high));
    }

    void require_function_types(const SyntaxNode& node) {
        switch (*function_named(node.text)) {
            case Function::attribute_exists:
            case Function::attribute_not_exists:
                if (node.children.front().kind == SyntaxKind::path) return;
                fail("Operator or function requires a document path; operator or function: " +
                     std::string(node.text));
            case Function::begins_with:
                require_operand_types(
                    node, [](AttributeType t) { return t == AttributeType::S || t == AttributeType::B; });
                return;
            case Function::size:
                require_operand_types(node, has_size);
                return;
            case Function::attribute_type:
                require_type_name(node.children[1]);
                return;
            default:
                return;
        }
    }

    void require_type_name(const SyntaxNode& node) {
        const auto type = known_type(node);
        if (!type) fail_type("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
        if (*type != AttributeType::S) fail_type("attribute_type", type_name(*type));
        const auto& name = binding_.value(node.text).get<std::string>();
        if (!attribute_type_named(name)) {
            fail("Invalid attribute type name found; type: " + name +
                 ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
        }
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
            return Condition::compare(std::move(first), comparator_named(node.text),
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
            case Function::attribute_type: {
                const auto& name = binding_.value(node.children[1].text).get<std::string>();
                return Condition::attribute_type(operand(first), *attribute_type_named(name));
            }
            case Function::begins_with:
                return Condition::begins_with(operand(first), operand(node.children[1]));
            default:
                return Condition::contains(operand(first), operand(node.children[1]));
        }
    }

    Binding binding_;
};

}  // namespace

Condition Condition::parse(std::string_view text, ExpressionKind kind, Placeholders& placeholders) {
    const ConditionSyntax syntax = parse_condition(text, kind);
    return ConditionBinder(kind, placeholders).bind(syntax);
}

}  // namespace tailrace::expression
