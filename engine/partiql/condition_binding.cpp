#include "engine/partiql/condition_binding.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "engine/expression/value_relation.hpp"
#include "engine/model/api_error.hpp"

namespace tailrace::partiql {
namespace {

using expression::Comparator;
using expression::Condition;
using expression::Function;
using expression::Operand;
using Kind = Expression::Kind;

// Comparing a condition with an operand whose value is not known yet copies the condition, so its size
// doubles.
constexpr int max_doublings = 8;

/// The types that IS can test.
constexpr std::array<std::pair<std::string_view, AttributeType>, 8> tested_types = {
    {{"NULL", AttributeType::NUL},
     {"BOOLEAN", AttributeType::BOOL},
     {"BLOB", AttributeType::B},
     {"STRING", AttributeType::S},
     {"NUMERIC", AttributeType::N},
     {"STRUCT", AttributeType::M},
     {"TUPLE", AttributeType::M},
     {"LIST", AttributeType::L}}};

std::optional<AttributeType> tested_type(std::string_view name) {
    const auto* const found =
        std::ranges::find(tested_types, name, &std::pair<std::string_view, AttributeType>::first);
    if (found == tested_types.end()) return std::nullopt;
    return found->second;
}

Condition never() {
    return Condition::any_of({});
}

bool is_condition(const Expression& expression) {
    if (expression.kind == Kind::call) return expression.text != "size";
    return expression.kind == Kind::operation;
}

/// One side of a comparison: a value, or a condition, which is true or false.
using Side = std::variant<Operand, Condition>;

class ConditionBinder {
  public:
    explicit ConditionBinder(Parameters parameters) : parameters_(parameters) {}

    Condition condition(const Expression& expression) {
        if (expression.kind == Kind::call) return function(expression);
        const std::string_view name = expression.text;
        if (name == "and" || name == "or") return junction(expression);
        if (name == "not") return negation(expression);
        if (const auto comparator = expression::comparator_named(name)) {
            return comparison(expression, *comparator);
        }
        if (name == "between") return between(expression);
        if (name == "not_between") return Condition::negation(between(expression));
        if (name == "in") return in(expression);
        if (name == "not_in") return Condition::negation(in(expression));
        if (name == "is") return type_test(expression);
        if (name == "is_not") return Condition::negation(type_test(expression));
        throw ApiError::validation("Unsupported operator in Condition Expression. Operator: " +
                                   expression.text);
    }

  private:
    Condition junction(const Expression& expression) {
        const bool is_and = expression.text == "and";
        std::vector<Condition> parts;
        for (const Expression& each : expression.operands) {
            if (each.kind == Kind::call && each.text == "size")
                operand_rules.reject_type(is_and ? "AND" : "OR", "N");
            if (!is_condition(each))
                throw ApiError::validation("The arguments to AND/OR must be Expressions");
            parts.push_back(condition(each));
        }
        return is_and ? Condition::all_of(std::move(parts)) : Condition::any_of(std::move(parts));
    }

    Condition negation(const Expression& expression) {
        const Expression& negated = expression.operands.front();
        if (!is_condition(negated))
            throw ApiError::validation("The argument to NOT must be a Type or Expression");
        return Condition::negation(condition(negated));
    }

    Operand operand(const Expression& expression) {
        if (expression.kind == Kind::path) return Operand::attribute(bind_path(expression));
        if (expression.kind == Kind::missing)
            throw ApiError::validation("MISSING must be compared using IS operator");
        if (expression.kind == Kind::query) {
            throw ApiError::validation("Unsupported token in expression: SELECT" + expression.position.at());
        }
        if (expression.kind == Kind::call && expression.text == "size") return size(expression);
        return Operand::constant(require_value(expression, parameters_));
    }

    Operand size(const Expression& call) {
        operand_rules.require_count(call.text, call.operands.size(), 1);
        const Expression& measured = call.operands.front();
        if (measured.kind == Kind::call && measured.text == "size") operand_rules.reject_type("size", "N");
        if (is_condition(measured)) operand_rules.reject_type("size", "BOOL");
        Operand operand = this->operand(measured);
        operand_rules.require_type("size", known_type(operand), expression::has_size);
        return Operand::size_of(std::move(operand));
    }

    Side side(const Expression& expression) {
        if (is_condition(expression)) return condition(expression);
        return operand(expression);
    }

    /// The type of a side, if the statement shows it.
    static std::optional<AttributeType> known_type(const Side& side) {
        const auto* operand = std::get_if<Operand>(&side);
        if (operand == nullptr) return AttributeType::BOOL;
        if (operand->is_size()) return AttributeType::N;
        if (operand->value() != nullptr) return operand->value()->type();
        return std::nullopt;
    }

    static void require_ordered(const Side& side, std::string_view name) {
        operand_rules.require_type(name, known_type(side), expression::is_ordered);
    }

    static const expression::Path* plain_path(const Side& side) {
        const auto* operand = std::get_if<Operand>(&side);
        return operand != nullptr && !operand->is_size() ? operand->path() : nullptr;
    }

    static void require_distinct(const Side& first, const Side& other, std::string_view name) {
        const expression::Path* path = plain_path(first);
        const expression::Path* other_path = plain_path(other);
        if (path != nullptr && other_path != nullptr)
            operand_rules.require_distinct(name, *path, *other_path);
    }

    Condition comparison(const Expression& expression, Comparator comparator) {
        Side left = side(expression.operands[0]);
        Side right = side(expression.operands[1]);
        require_distinct(left, right, expression.text);
        const bool tests_equality = comparator == Comparator::equal || comparator == Comparator::not_equal;
        if (!tests_equality) {
            require_ordered(left, expression.text);
            require_ordered(right, expression.text);
        }
        if (std::holds_alternative<Condition>(left) || std::holds_alternative<Condition>(right)) {
            Condition same = equality(std::move(left), std::move(right));
            return comparator == Comparator::equal ? same : Condition::negation(std::move(same));
        }
        return Condition::compare(std::get<Operand>(std::move(left)), comparator,
                                  std::get<Operand>(std::move(right)));
    }

    /// True if both sides are equal. Either side may be a condition.
    Condition equality(Side left, Side right) {
        if (!std::holds_alternative<Condition>(left)) std::swap(left, right);
        if (!std::holds_alternative<Condition>(left)) {
            return Condition::compare(std::get<Operand>(std::move(left)), Comparator::equal,
                                      std::get<Operand>(std::move(right)));
        }
        Condition condition = std::get<Condition>(std::move(left));
        const auto* operand = std::get_if<Operand>(&right);
        if (operand != nullptr && operand->value() != nullptr && !operand->is_size()) {
            const bool* truth = operand->value()->get_if<bool>();
            if (truth == nullptr) return never();
            return *truth ? condition : Condition::negation(std::move(condition));
        }
        if (++doublings_ > max_doublings)
            throw ApiError::validation("Unsupported operator in Condition Expression. Operator: =");
        const auto is = [&](bool truth) {
            if (operand == nullptr) {
                const auto& other = std::get<Condition>(right);
                return truth ? other : Condition::negation(other);
            }
            return Condition::compare(*operand, Comparator::equal, Operand::constant(truth));
        };
        return Condition::any_of({Condition::all_of({condition, is(true)}),
                                  Condition::all_of({Condition::negation(condition), is(false)})});
    }

    Condition between(const Expression& expression) {
        std::vector<Side> sides;
        for (const Expression& each : expression.operands) sides.push_back(side(each));
        for (std::size_t i = 1; i < sides.size(); ++i) require_distinct(sides[0], sides[i], "BETWEEN");
        for (const Side& each : sides) require_ordered(each, "BETWEEN");
        require_bounds(std::get<Operand>(sides[1]), std::get<Operand>(sides[2]));
        return Condition::between(std::get<Operand>(std::move(sides[0])),
                                  std::get<Operand>(std::move(sides[1])),
                                  std::get<Operand>(std::move(sides[2])));
    }

    static void require_bounds(const Operand& lower, const Operand& upper) {
        if (lower.value() == nullptr || upper.value() == nullptr) return;
        if (lower.is_size() || upper.is_size()) return;
        operand_rules.require_bounds(*lower.value(), *upper.value());
    }

    Condition in(const Expression& expression) {
        Side left = side(expression.operands[0]);
        const Expression& right = expression.operands[1];
        const bool is_sequence = right.kind == Kind::list || right.kind == Kind::bag;
        const bool is_value = right.grouped && right.kind != Kind::query;
        if ((!is_sequence || right.operands.empty()) && !is_value) {
            throw ApiError::validation(
                "IN operator must have a left hand argument of type Variable Reference and right hand "
                "argument of type Seq with at least one member");
        }
        std::vector<Side> list;
        if (is_sequence) {
            for (const Expression& each : right.operands) list.push_back(side(each));
        } else {
            list.push_back(side(right));
        }
        operand_rules.require_list_size(list.size());
        for (const Side& each : list) require_distinct(left, each, "IN");
        return membership(std::move(left), std::move(list));
    }

    Condition membership(Side left, std::vector<Side> list) {
        const auto is_operand = [](const Side& each) { return std::holds_alternative<Operand>(each); };
        if (is_operand(left) && std::ranges::all_of(list, is_operand)) {
            std::vector<Operand> operands;
            operands.reserve(list.size());
            for (Side& each : list) operands.push_back(std::get<Operand>(std::move(each)));
            return Condition::in(std::get<Operand>(std::move(left)), std::move(operands));
        }
        std::vector<Condition> equalities;
        equalities.reserve(list.size());
        for (Side& each : list) equalities.push_back(equality(left, std::move(each)));
        return Condition::any_of(std::move(equalities));
    }

    Condition type_test(const Expression& expression) {
        const Expression& tested = expression.operands[0];
        const Expression& type = expression.operands[1];
        const bool is_allowed = tested.kind != Kind::operation && tested.kind != Kind::call;
        if (!is_allowed) {
            throw ApiError::validation(
                "The left hand side argument to IS must be a Variable Reference, Literal, or Path");
        }
        if (type.text == "MISSING") {
            require_path(tested, Function::attribute_not_exists);
            return Condition::attribute_not_exists(bind_path(tested));
        }
        const auto wanted = tested_type(type.text);
        if (!wanted) {
            throw ApiError::validation(
                "Unsupported data type for IS operator: " + type.text +
                ". Supported data types are [MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, "
                "LIST]" +
                expression.position.at());
        }
        return Condition::attribute_type(operand(tested), *wanted);
    }

    static void require_path(const Expression& expression, Function function) {
        if (expression.kind != Kind::path) operand_rules.reject_value(expression::function_name(function));
    }

    Condition function(const Expression& call) {
        for (const Expression& each : call.operands) {
            if (each.kind == Kind::query) {
                throw ApiError::validation("Unsupported token in expression: SELECT" + each.position.at());
            }
        }
        const auto function = expression::function_named(call.text);
        if (!function) throw ApiError::validation("Unrecognized function: " + call.text + call.position.at());
        operand_rules.require_allowed(*function, false);
        operand_rules.require_count(call.text, call.operands.size(), expression::operand_count(*function));
        const Expression& first = call.operands.front();
        switch (*function) {
            case Function::attribute_exists:
                require_path(first, *function);
                return Condition::attribute_exists(bind_path(first));
            case Function::attribute_not_exists:
                require_path(first, *function);
                return Condition::attribute_not_exists(bind_path(first));
            case Function::attribute_type:
                return attribute_type(call);
            case Function::begins_with:
                return begins_with(call);
            default:
                return contains(call);
        }
    }

    /// The operands of a function, none of which may be a condition.
    std::pair<Operand, Operand> two_operands(const Expression& call) {
        for (const Expression& each : call.operands) {
            if (is_condition(each)) operand_rules.reject_type(call.text, "BOOL");
        }
        Operand first = operand(call.operands[0]);
        Operand second = operand(call.operands[1]);
        require_distinct(first, second, call.text);
        return {std::move(first), std::move(second)};
    }

    Condition begins_with(const Expression& call) {
        auto [first, second] = two_operands(call);
        for (const Operand* each : {&first, &second}) {
            operand_rules.require_type("begins_with", known_type(*each), expression::has_prefix);
        }
        return Condition::begins_with(std::move(first), std::move(second));
    }

    Condition contains(const Expression& call) {
        auto [first, second] = two_operands(call);
        return Condition::contains(std::move(first), std::move(second));
    }

    Condition attribute_type(const Expression& call) {
        auto [first, second] = two_operands(call);
        operand_rules.require_type_name(known_type(second));
        const AttributeType named = operand_rules.type_named(second.value()->get<std::string>());
        return Condition::attribute_type(std::move(first), named);
    }

    Parameters parameters_;
    int doublings_ = 0;
};

}  // namespace

Condition bind_condition(const Expression& where, Parameters parameters) {
    if (!is_condition(where))
        throw ApiError::validation("WHERE clause must contain an expression that resolves to a boolean");
    return ConditionBinder(parameters).condition(where);
}

}  // namespace tailrace::partiql
