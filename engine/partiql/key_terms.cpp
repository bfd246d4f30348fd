#include "engine/partiql/key_terms.hpp"

#include <algorithm>
#include <utility>

namespace tailrace::partiql {
namespace {

using expression::Condition;
using expression::KeyComparison;
using expression::KeyOperator;
using expression::Operand;

bool is_plain_attribute(const Operand& operand) {
    return operand.path() != nullptr && !operand.is_size() && !operand.path()->is_nested();
}

bool is_constant(const Operand& operand) {
    return operand.value() != nullptr && !operand.is_size();
}

/// The operator of a condition that is a single comparison. `place` is the position of its attribute.
std::optional<KeyOperator> operator_of(const Condition& condition, std::size_t place) {
    switch (condition.kind()) {
        case Condition::Kind::comparison:
            return expression::key_operator(place == 0 ? condition.comparator()
                                                       : expression::flipped(condition.comparator()));
        case Condition::Kind::between:
            return place == 0 ? std::optional(KeyOperator::between) : std::nullopt;
        case Condition::Kind::function:
            if (condition.function() != expression::Function::begins_with || place != 0) break;
            return KeyOperator::begins_with;
        default:
            break;
    }
    return std::nullopt;
}

void collect_conjuncts(const Condition& condition, std::vector<Condition>& all) {
    if (condition.kind() != Condition::Kind::all_of) {
        all.push_back(condition);
        return;
    }
    for (const Condition& part : condition.parts()) collect_conjuncts(part, all);
}

std::optional<KeyComparison> equality(const Condition& condition, bool takes_in) {
    if (auto comparison = key_comparison(condition)) {
        if (comparison->op == KeyOperator::equal) return comparison;
        return std::nullopt;
    }
    auto alternatives = takes_in ? key_alternatives(condition) : std::vector<KeyComparison>();
    if (alternatives.size() != 1) return std::nullopt;
    return std::move(alternatives.front());
}

}  // namespace

std::vector<Condition> conjuncts(const Condition& condition) {
    std::vector<Condition> all;
    collect_conjuncts(condition, all);
    return all;
}

std::optional<KeyComparison> key_comparison(const Condition& condition) {
    const std::vector<Operand>& operands = condition.operands();
    const auto attribute = std::ranges::find_if(operands, is_plain_attribute);
    if (attribute == operands.end()) return std::nullopt;
    const auto op = operator_of(condition, static_cast<std::size_t>(attribute - operands.begin()));
    if (!op) return std::nullopt;
    KeyComparison comparison{attribute->path()->attribute(), *op, {}};
    for (const Operand& each : operands) {
        if (&each == &*attribute) continue;
        if (!is_constant(each)) return std::nullopt;
        comparison.operands.push_back(*each.value());
    }
    return comparison;
}

std::vector<KeyComparison> key_alternatives(const Condition& condition) {
    std::vector<KeyComparison> alternatives;
    if (condition.kind() != Condition::Kind::in) return alternatives;
    const std::vector<Operand>& operands = condition.operands();
    const bool is_of_values = is_plain_attribute(operands.front()) &&
                              std::all_of(operands.begin() + 1, operands.end(), is_constant);
    if (!is_of_values) return alternatives;
    for (std::size_t i = 1; i < operands.size(); ++i) {
        alternatives.push_back(
            {operands.front().path()->attribute(), KeyOperator::equal, {*operands[i].value()}});
    }
    return alternatives;
}

void require_key_type(const table::KeyAttribute& attribute, const AttributeValue& value) {
    if (value.type() == attribute.type) return;
    throw KeyMismatch("Key attribute's data type should match its data type in table's schema: Key " +
                      attribute.name);
}

NamedItem named_item(const table::KeySchema& keys, const Condition& where, bool takes_in) {
    NamedItem named;
    for (Condition& each : conjuncts(where)) {
        auto comparison = equality(each, takes_in);
        if (!comparison || !keys.contains(comparison->attribute)) {
            named.rest.push_back(std::move(each));
            continue;
        }
        const AttributeValue* known = named.key.find(comparison->attribute);
        if (known == nullptr) {
            named.key.set(comparison->attribute, std::move(comparison->operands.front()));
        } else if (*known != comparison->operands.front()) {
            if (named.compared_twice.empty()) named.compared_twice = comparison->attribute;
            named.rest.push_back(std::move(each));
        }
    }
    named.is_complete = named.key.size() == keys.size();
    return named;
}

}  // namespace tailrace::partiql
