#include "engine/expression/key_condition.hpp"

#include <algorithm>

#include "engine/model/api_error.hpp"

namespace tailrace::expression {
namespace {

[[noreturn]] void reject_operator(std::string_view name) {
    throw ApiError::validation("Invalid operator used in KeyConditionExpression: " + std::string(name));
}

[[noreturn]] void reject_condition(const std::string& message) {
    throw ApiError::validation("Invalid condition in KeyConditionExpression: " + message);
}

[[noreturn]] void reject_expression(const std::string& message) {
    throw ApiError::validation("Invalid KeyConditionExpression: " + message);
}

void require_key_operator(const Condition& condition) {
    switch (condition.kind()) {
        case Condition::Kind::any_of:
            reject_operator("OR");
        case Condition::Kind::negation:
            reject_operator("NOT");
        case Condition::Kind::in:
            reject_operator("IN");
        case Condition::Kind::comparison:
            if (condition.comparator() == Comparator::not_equal) reject_operator("<>");
            return;
        case Condition::Kind::function:
            if (condition.function() != Function::begins_with) {
                reject_operator(function_name(condition.function()));
            }
            return;
        default:
            return;
    }
}

/// The position of the only operand that is an attribute; the others are values.
std::size_t attribute_position(const Condition& condition) {
    const std::vector<Operand>& operands = condition.operands();
    const bool is_comparison = condition.kind() == Condition::Kind::comparison;
    const bool opens_with_path = operands.front().path() != nullptr && !operands.front().is_size();
    if (!is_comparison && !opens_with_path) {
        const bool is_between = condition.kind() == Condition::Kind::between;
        reject_condition(std::string(is_between ? "BETWEEN" : "begins_with") +
                         " operator must have the key attribute as its first operand");
    }
    std::optional<std::size_t> position;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        if (operands[i].is_size()) {
            throw ApiError::validation("KeyConditionExpressions cannot contain nested operations");
        }
        const Path* path = operands[i].path();
        if (path == nullptr) continue;
        if (position) reject_condition("Multiple attribute names used in one condition");
        if (path->is_nested()) {
            reject_expression("KeyConditionExpressions cannot have conditions on nested attributes");
        }
        position = i;
    }
    if (!position) reject_condition("No key attribute specified");
    return *position;
}

/// The operator of a condition, given the place of its attribute. The caller has refused "<>" before.
KeyOperator operator_of(const Condition& condition, std::size_t place) {
    if (condition.kind() == Condition::Kind::between) return KeyOperator::between;
    if (condition.kind() == Condition::Kind::function) return KeyOperator::begins_with;
    const Comparator comparator = condition.comparator();
    return *key_operator(place == 0 ? comparator : flipped(comparator));
}

void collect(const Condition& condition, std::vector<KeyComparison>& comparisons) {
    require_key_operator(condition);
    if (condition.kind() == Condition::Kind::all_of) {
        for (const Condition& part : condition.parts()) collect(part, comparisons);
        return;
    }
    const std::size_t position = attribute_position(condition);
    KeyComparison comparison{
        condition.operands()[position].path()->attribute(), operator_of(condition, position), {}};
    const bool is_repeated =
        std::any_of(comparisons.begin(), comparisons.end(),
                    [&](const KeyComparison& each) { return each.attribute == comparison.attribute; });
    if (is_repeated) {
        reject_expression("KeyConditionExpressions must only contain one condition per key");
    }
    for (const Operand& operand : condition.operands()) {
        if (operand.value() != nullptr) comparison.operands.push_back(*operand.value());
    }
    comparisons.push_back(std::move(comparison));
}

[[noreturn]] void reject_missing(const std::string& attribute) {
    throw ApiError::validation("Query condition missed key schema element: " + attribute);
}

[[noreturn]] void reject_unsupported() {
    throw ApiError::validation("Query key condition not supported");
}

/// Rejects a condition that has more comparisons than the key has attributes. As observed, AWS's message
/// contains the number if it is three or more; for two, the message is a different one.
[[noreturn]] void reject_number(std::size_t given, std::size_t key_size) {
    if (given <= 2) reject_unsupported();
    throw ApiError::validation("The number of query conditions (" + std::to_string(given) +
                               ") exceeds the number of key attributes defined in the schema (" +
                               std::to_string(key_size) + ")");
}

void check_comparison(const KeyComparison& comparison, const KeyCondition::OperandCheck& check) {
    if (comparison.op == KeyOperator::not_indexable) {
        throw ApiError::validation("Attempted conditional constraint is not an indexable operation");
    }
    if (check) check(comparison);
}

const KeyComparison* find(const std::vector<KeyComparison>& comparisons, const std::string& attribute) {
    for (const KeyComparison& each : comparisons) {
        if (each.attribute == attribute) return &each;
    }
    return nullptr;
}

/// The names of the attributes that have no equality, separated by commas.
std::string unequal_names(const std::vector<KeyComparison>& given, std::span<const std::string> names) {
    std::string list;
    for (const std::string& name : names) {
        const KeyComparison* comparison = find(given, name);
        if (comparison != nullptr && comparison->op == KeyOperator::equal) continue;
        list.append(list.empty() ? "" : ", ").append(name);
    }
    return list;
}

/// Rejects partition attributes that are `missing` or have no equality. Keys of one attribute have their own
/// messages.
[[noreturn]] void reject_partition(const std::vector<KeyComparison>& given,
                                   std::span<const std::string> names, const std::string& missing) {
    if (names.size() > 1) {
        throw ApiError::validation("HASH key attributes " + unequal_names(given, names) +
                                   " must have equality conditions specified in the query");
    }
    if (!missing.empty()) reject_missing(missing);
    reject_unsupported();
}

/// Rejects a sort attribute that is `missing` or has no equality although a later sort attribute has a
/// condition. Source: observed on AWS, like the messages for keys of one attribute.
[[noreturn]] void reject_sort(const std::vector<KeyComparison>& given, std::span<const std::string> names,
                              const std::string& missing) {
    std::size_t last = names.size();
    while (last > 0 && find(given, names[last - 1]) == nullptr) --last;
    const std::string unequal = last > 0 ? unequal_names(given, names.first(last - 1)) : "";
    if (!unequal.empty()) {
        throw ApiError::validation(
            "RANGE key attributes " + unequal +
            " must have equality conditions specified in the query because a condition is present on key "
            "attribute " +
            names[last - 1]);
    }
    if (!missing.empty()) reject_missing(missing);
    reject_unsupported();
}

}  // namespace

std::optional<KeyOperator> key_operator(Comparator comparator) {
    switch (comparator) {
        case Comparator::equal:
            return KeyOperator::equal;
        case Comparator::less:
            return KeyOperator::less;
        case Comparator::less_or_equal:
            return KeyOperator::less_or_equal;
        case Comparator::greater:
            return KeyOperator::greater;
        case Comparator::greater_or_equal:
            return KeyOperator::greater_or_equal;
        case Comparator::not_equal:
            break;
    }
    return std::nullopt;
}

void check_comparison_count(std::span<const KeyComparison> comparisons, std::size_t key_size) {
    if (!comparisons.empty() && (comparisons.size() <= 2 || key_size > 2)) return;
    throw ApiError::validation("Conditions can be of length 1 or 2 only");
}

KeyCondition KeyCondition::parse(std::string_view text, Placeholders& placeholders) {
    return KeyCondition(Condition::parse(text, ExpressionKind::key_condition, placeholders));
}

std::vector<KeyComparison> KeyCondition::comparisons() const {
    if (const auto* given = std::get_if<std::vector<KeyComparison>>(&source_)) return *given;
    std::vector<KeyComparison> comparisons;
    collect(std::get<Condition>(source_), comparisons);
    return comparisons;
}

KeyMatch KeyCondition::match(std::span<const std::string> partition_names,
                             std::span<const std::string> sort_names, const OperandCheck& check) const {
    const auto* listed = std::get_if<std::vector<KeyComparison>>(&source_);
    std::vector<KeyComparison> collected;
    if (listed == nullptr) collected = comparisons();
    const std::vector<KeyComparison>& given = listed != nullptr ? *listed : collected;
    const std::size_t key_size = partition_names.size() + sort_names.size();
    if (given.size() > key_size) reject_number(given.size(), key_size);
    KeyMatch match;
    for (const std::string& name : partition_names) {
        const KeyComparison* comparison = find(given, name);
        if (comparison == nullptr) reject_partition(given, partition_names, name);
        check_comparison(*comparison, check);
        if (comparison->op != KeyOperator::equal) reject_partition(given, partition_names, {});
        match.partition.push_back(comparison->operands.front());
    }
    std::size_t left = given.size() - partition_names.size();
    for (const std::string& name : sort_names) {
        if (left == 0) break;
        const KeyComparison* comparison = find(given, name);
        if (comparison == nullptr) reject_sort(given, sort_names, name);
        check_comparison(*comparison, check);
        --left;
        if (comparison->op != KeyOperator::equal && left > 0) reject_sort(given, sort_names, {});
        match.sort.push_back(*comparison);
    }
    return match;
}

}  // namespace tailrace::expression
