#include "engine/operation/legacy_parameters.hpp"

#include <string>
#include <utility>
#include <vector>

#include "engine/expression/value_relation.hpp"
#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/validation/legacy_rules.hpp"

namespace tailrace::operation {
namespace {

namespace json = boost::json;

using expression::Comparator;
using expression::Condition;
using expression::KeyOperator;
using expression::Operand;
using expression::Path;

/// One attribute's condition: a ComparisonOperator and its arguments.
struct Comparison {
    std::string attribute;
    std::string_view name;
    std::vector<AttributeValue> arguments;
};

std::vector<AttributeValue> read_arguments(const Request& condition) {
    const ValueWords words = condition.wording().values;
    std::vector<AttributeValue> arguments;
    if (const json::value* value = condition.find("Value")) {
        arguments.push_back(parse_attribute_value(*value, words));
    }
    if (const json::array* list = condition.list("AttributeValueList")) {
        for (const json::value& each : *list) arguments.push_back(parse_attribute_value(each, words));
    }
    return arguments;
}

std::vector<Comparison> read_comparisons(const Request& request, const json::object& conditions) {
    std::vector<Comparison> comparisons;
    for (const auto& each : conditions) {
        if (!each.value().is_object()) continue;
        const Request condition = request.element(each.value());
        const auto name = condition.text("ComparisonOperator");
        comparisons.push_back({each.key(), name.value_or(""), read_arguments(condition)});
    }
    return comparisons;
}

void check_bounds(const std::vector<Comparison>& comparisons) {
    for (const Comparison& each : comparisons) {
        if (each.name != "BETWEEN" || !(expression::order(each.arguments[0], each.arguments[1]) > 0))
            continue;
        throw ApiError::validation(
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper "
            "bound");
    }
}

std::optional<Comparator> comparator(std::string_view name) {
    static constexpr std::pair<std::string_view, Comparator> comparators[] = {
        {"EQ", Comparator::equal},   {"NE", Comparator::not_equal},
        {"LT", Comparator::less},    {"LE", Comparator::less_or_equal},
        {"GT", Comparator::greater}, {"GE", Comparator::greater_or_equal}};
    for (const auto& [each, meaning] : comparators) {
        if (each == name) return meaning;
    }
    return std::nullopt;
}

Condition lower(const Comparison& comparison) {
    const Path path(comparison.attribute);
    const auto attribute = [&path] { return Operand::attribute(path); };
    const auto argument = [&comparison](std::size_t place) {
        return Operand::constant(comparison.arguments[place]);
    };
    const std::string_view name = comparison.name;
    if (const auto found = comparator(name)) return Condition::compare(attribute(), *found, argument(0));
    if (name == "NOT_NULL") return Condition::attribute_exists(path);
    if (name == "NULL") return Condition::attribute_not_exists(path);
    if (name == "BEGINS_WITH") return Condition::begins_with(attribute(), argument(0));
    if (name == "CONTAINS") return Condition::contains(attribute(), argument(0));
    if (name == "NOT_CONTAINS") {
        // Unlike NE, it is false if the attribute is missing.
        // Source: the observations of AWS in ScyllaDB Alternator's test_expected.py.
        return Condition::all_of({Condition::attribute_exists(path),
                                  Condition::negation(Condition::contains(attribute(), argument(0)))});
    }
    if (name == "BETWEEN") return Condition::between(attribute(), argument(0), argument(1));
    std::vector<Operand> list;
    for (const AttributeValue& each : comparison.arguments) list.push_back(Operand::constant(each));
    return Condition::in(attribute(), std::move(list));
}

std::optional<Condition> join(const Request& request, std::vector<Condition> conditions) {
    if (conditions.empty()) return std::nullopt;
    const bool any = request.text("ConditionalOperator") == "OR";
    return any ? Condition::any_of(std::move(conditions)) : Condition::all_of(std::move(conditions));
}

std::optional<Condition> lower(const Request& request, std::string_view parameter,
                               const std::vector<Comparison>& comparisons) {
    check_bounds(comparisons);
    validation::check_conditional_operator(request, parameter);
    std::vector<Condition> conditions;
    conditions.reserve(comparisons.size());
    for (const Comparison& each : comparisons) conditions.push_back(lower(each));
    return join(request, std::move(conditions));
}

KeyOperator key_operator(std::string_view name) {
    if (name == "EQ") return KeyOperator::equal;
    if (name == "LT") return KeyOperator::less;
    if (name == "LE") return KeyOperator::less_or_equal;
    if (name == "GT") return KeyOperator::greater;
    if (name == "GE") return KeyOperator::greater_or_equal;
    if (name == "BETWEEN") return KeyOperator::between;
    return name == "BEGINS_WITH" ? KeyOperator::begins_with : KeyOperator::not_indexable;
}

expression::UpdateAction lower_update(std::string_view attribute, const Request& update) {
    using expression::UpdateClause;
    const std::string_view action = update.text("Action").value_or("PUT");
    const Path path{std::string(attribute)};
    const json::value* value = update.find("Value");
    if (value == nullptr) return {UpdateClause::remove, path, std::nullopt};
    const UpdateClause clause = action == "ADD"      ? UpdateClause::add
                                : action == "DELETE" ? UpdateClause::delete_
                                                     : UpdateClause::set;
    return {clause, path,
            expression::UpdateValue::constant(parse_attribute_value(*value, update.wording().values))};
}

}  // namespace

std::optional<Condition> lower_expected(const Request& request) {
    std::vector<Comparison> comparisons;
    if (const json::object* expected = request.map("Expected")) {
        comparisons = read_comparisons(request, *expected);
        validation::check_expected(*expected);
    }
    for (Comparison& each : comparisons) {
        if (each.name.empty()) each.name = each.arguments.empty() ? "NULL" : "EQ";
    }
    return lower(request, "Expected", comparisons);
}

std::optional<Condition> lower_filter(const Request& request, std::string_view parameter) {
    std::vector<Comparison> comparisons;
    if (const json::object* filter = request.map(parameter)) {
        comparisons = read_comparisons(request, *filter);
        validation::check_conditions(*filter);
    }
    return lower(request, parameter, comparisons);
}

std::optional<expression::KeyCondition> lower_key_conditions(const Request& request) {
    const json::object* conditions = request.map("KeyConditions");
    if (conditions == nullptr) return std::nullopt;
    std::vector<Comparison> comparisons = read_comparisons(request, *conditions);
    validation::check_conditions(*conditions);
    check_bounds(comparisons);
    std::vector<expression::KeyComparison> lowered;
    lowered.reserve(comparisons.size());
    for (Comparison& each : comparisons) {
        lowered.push_back({std::move(each.attribute), key_operator(each.name), std::move(each.arguments)});
    }
    return expression::KeyCondition(std::move(lowered));
}

std::optional<expression::Projection> lower_attributes_to_get(const Request& request) {
    const json::array* names = request.list("AttributesToGet");
    if (names == nullptr) return std::nullopt;
    validation::check_attributes_to_get(*names);
    std::vector<Path> paths;
    for (const json::value& each : *names) {
        if (!each.is_string()) continue;
        check_attribute_name(each.get_string());
        paths.emplace_back(std::string(each.get_string()));
    }
    return expression::Projection(std::move(paths));
}

std::optional<expression::Update> lower_attribute_updates(const Request& request) {
    const json::object* updates = request.map("AttributeUpdates");
    if (updates == nullptr) return std::nullopt;
    std::vector<expression::UpdateAction> actions;
    for (const auto& each : *updates) {
        check_attribute_name(each.key());
        if (each.value().is_object())
            actions.push_back(lower_update(each.key(), request.element(each.value())));
    }
    validation::check_attribute_updates(*updates);
    if (actions.empty()) return std::nullopt;
    return expression::Update(std::move(actions), expression::Update::Dialect::attribute_updates);
}

}  // namespace tailrace::operation
