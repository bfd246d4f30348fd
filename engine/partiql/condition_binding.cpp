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

constexpr std::size_t max_in_list = 100;
// Comparing a condition with an operand whose value is not known yet doubles the condition.
constexpr int max_doublings = 8;

constexpr std::array<std::pair<std::string_view, Comparator>, 6> comparators = {
    {{"=", Comparator::equal},
     {"<>", Comparator::not_equal},
     {"<", Comparator::less},
     {"<=", Comparator::less_or_equal},
     {">", Comparator::greater},
     {">=", Comparator::greater_or_equal}}};

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

template <typename Table>
auto find(const Table& table, std::string_view name) {
    const auto* const found = std::ranges::find(table, name, &Table::value_type::first);
    return found == table.end() ? nullptr : found;
}

[[noreturn]] void fail_type(std::string_view name, std::string_view type) {
    throw ApiError::validation("Incorrect operand type for operator or function; operator or function: " +
                               std::string(name) + ", operand type: " + std::string(type));
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
        if (const auto* comparator = find(comparators, name)) {
            return comparison(expression, comparator->second);
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
            if (each.kind == Kind::call && each.text == "size") fail_type(is_and ? "AND" : "OR", "N");
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
        require_count(call, 1);
        const Expression& measured = call.operands.front();
        if (measured.kind == Kind::call && measured.text == "size") fail_type("size", "N");
        if (is_condition(measured)) fail_type("size", "BOOL");
        Operand operand = this->operand(measured);
        if (operand.value() != nullptr && !expression::has_size(operand.value()->type())) {
            fail_type("size", type_name(operand.value()->type()));
        }
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
        const auto type = known_type(side);
        if (type && !expression::is_ordered(*type)) fail_type(name, type_name(*type));
    }

    static const expression::Path* plain_path(const Side& side) {
        const auto* operand = std::get_if<Operand>(&side);
        return operand != nullptr && !operand->is_size() ? operand->path() : nullptr;
    }

    static void require_distinct(const Side& first, const Side& other, std::string_view name) {
        const expression::Path* path = plain_path(first);
        if (path == nullptr || plain_path(other) == nullptr || *path != *plain_path(other)) return;
        throw ApiError::validation(
            "The first operand must be distinct from the remaining operands for this operator or function; "
            "operator: " +
            std::string(name) + ", first operand: " + path->text());
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
        const AttributeValue& low = *lower.value();
        const AttributeValue& high = *upper.value();
        std::string broken_rule;
        if (low.type() != high.type()) {
            broken_rule = "same data type for lower and upper bounds";
        } else if (expression::order(low, high) > 0) {
            broken_rule = "upper bound to be greater than or equal to lower bound";
        } else {
            return;
        }
        throw ApiError::validation("The BETWEEN operator requires " + broken_rule +
                                   "; lower bound operand: " + key_value_text(low) +
                                   ", upper bound operand: " + key_value_text(high));
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
        if (list.size() > max_in_list) {
            throw ApiError::validation(
                "The IN operator is provided with too many operands; number of operands: " +
                std::to_string(list.size()));
        }
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
        const auto* found = find(tested_types, type.text);
        if (found == nullptr) {
            throw ApiError::validation(
                "Unsupported data type for IS operator: " + type.text +
                ". Supported data types are [MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, "
                "LIST]" +
                expression.position.at());
        }
        return Condition::attribute_type(operand(tested), found->second);
    }

    static void require_count(const Expression& call, std::size_t count) {
        if (call.operands.size() == count) return;
        throw ApiError::validation(
            "Incorrect number of operands for operator or function; operator or function: " + call.text +
            ", number of operands: " + std::to_string(call.operands.size()));
    }

    static void require_path(const Expression& expression, Function function) {
        if (expression.kind == Kind::path) return;
        throw ApiError::validation("Operator or function requires a document path; operator or function: " +
                                   std::string(expression::function_name(function)));
    }

    Condition function(const Expression& call) {
        for (const Expression& each : call.operands) {
            if (each.kind == Kind::query) {
                throw ApiError::validation("Unsupported token in expression: SELECT" + each.position.at());
            }
        }
        const auto function = expression::function_named(call.text);
        if (!function) throw ApiError::validation("Unrecognized function: " + call.text + call.position.at());
        if (*function == Function::if_not_exists || *function == Function::list_append) {
            throw ApiError::validation("The function is not allowed in a condition expression; function: " +
                                       call.text);
        }
        require_count(call, expression::operand_count(*function));
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
            if (is_condition(each)) fail_type(call.text, "BOOL");
        }
        Operand first = operand(call.operands[0]);
        Operand second = operand(call.operands[1]);
        require_distinct(first, second, call.text);
        return {std::move(first), std::move(second)};
    }

    Condition begins_with(const Expression& call) {
        auto [first, second] = two_operands(call);
        for (const Operand* each : {&first, &second}) {
            const auto type = known_type(*each);
            if (type && *type != AttributeType::S && *type != AttributeType::B) {
                fail_type("begins_with", type_name(*type));
            }
        }
        return Condition::begins_with(std::move(first), std::move(second));
    }

    Condition contains(const Expression& call) {
        auto [first, second] = two_operands(call);
        return Condition::contains(std::move(first), std::move(second));
    }

    Condition attribute_type(const Expression& call) {
        auto [first, second] = two_operands(call);
        const auto type = known_type(second);
        if (!type) fail_type("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
        if (*type != AttributeType::S) fail_type("attribute_type", type_name(*type));
        const auto& name = second.value()->get<std::string>();
        const auto named = attribute_type_named(name);
        if (!named) {
            throw ApiError::validation("Invalid attribute type name found; type: " + name +
                                       ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
        }
        return Condition::attribute_type(std::move(first), *named);
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
