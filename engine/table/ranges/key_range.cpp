#include "engine/table/ranges/key_range.hpp"

#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/storage/key_encoding.hpp"
#include "engine/table/items/item_rules.hpp"

namespace tailrace::table {
namespace {

using expression::KeyComparison;
using expression::KeyOperator;
using storage::after_prefix;
using storage::append_component;

constexpr const char* no_match = "The provided starting key does not match the range key predicate";

void check_operands(const KeySchema& keys, const KeyComparison& comparison) {
    for (const KeyAttribute& attribute : keys.attributes) {
        if (attribute.name != comparison.attribute) continue;
        for (const AttributeValue& operand : comparison.operands) {
            if (operand.type() != attribute.type) {
                throw ApiError::validation(
                    "One or more parameter values were invalid: Condition parameter type does not match "
                    "schema type");
            }
            if (operand.size_bytes() > 0) continue;
            throw ApiError::validation(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
                "contain an empty " +
                empty_kind(attribute.type) + " value. Key: " + attribute.name);
        }
    }
}

std::string with_component(const std::string& prefix, const AttributeValue& value) {
    std::string key = prefix;
    append_component(key, value);
    return key;
}

storage::KeyRange begins_with(const std::string& prefix, const AttributeValue& value) {
    std::string key = prefix;
    const auto* binary = value.get_if<Binary>();
    storage::append_component_prefix(key, binary != nullptr ? binary->bytes : value.get<std::string>());
    return {key, after_prefix(key)};
}

/// The rows that begin with `prefix` and whose next component meets the comparison.
storage::KeyRange compare(const std::string& prefix, const KeyComparison& comparison) {
    const AttributeValue& value = comparison.operands.front();
    if (comparison.op == KeyOperator::begins_with) return begins_with(prefix, value);
    const std::string at = with_component(prefix, value);
    switch (comparison.op) {
        case KeyOperator::equal:
            return {at, after_prefix(at)};
        case KeyOperator::less:
            return {prefix, at};
        case KeyOperator::less_or_equal:
            return {prefix, after_prefix(at)};
        case KeyOperator::greater:
            return {after_prefix(at), after_prefix(prefix)};
        case KeyOperator::greater_or_equal:
            return {at, after_prefix(prefix)};
        case KeyOperator::between:
            return {at, after_prefix(with_component(prefix, comparison.operands.back()))};
        case KeyOperator::begins_with:
        case KeyOperator::not_indexable:
            break;
    }
    return {};
}

/// Sets the first and the last key, each if the comparison has such a bound and includes it.
void set_inclusive_bounds(PartitionRange& range, const std::string& prefix, const KeyComparison& comparison) {
    const bool is_between = comparison.op == KeyOperator::between;
    if (is_between || comparison.op == KeyOperator::greater_or_equal) {
        range.first_key = with_component(prefix, comparison.operands.front());
    }
    if (is_between || comparison.op == KeyOperator::less_or_equal) {
        range.last_key = with_component(prefix, comparison.operands.back());
    }
}

std::vector<std::string> names(std::span<const KeyAttribute> attributes) {
    std::vector<std::string> all;
    all.reserve(attributes.size());
    for (const KeyAttribute& each : attributes) all.push_back(each.name);
    return all;
}

std::string partition_of(const KeySchema& keys, const AttributeMap& item) {
    std::vector<const AttributeValue*> values;
    for (const KeyAttribute& each : keys.partition()) values.push_back(item.find(each.name));
    return storage::encode_partition(values);
}

std::string with_sort_key(std::string row, const KeySchema& keys, const AttributeMap& item) {
    for (const KeyAttribute& each : keys.sort()) append_component(row, *item.find(each.name));
    return row;
}

bool lies_in(const storage::KeyRange& range, const std::string& row) {
    return row >= range.lower && (range.upper.empty() || row < range.upper);
}

}  // namespace

PartitionRange partition_range(const KeySchema& keys, const expression::KeyCondition& condition) {
    const expression::KeyMatch match =
        condition.match(names(keys.partition()), names(keys.sort()),
                        [&](const KeyComparison& comparison) { check_operands(keys, comparison); });
    std::vector<const AttributeValue*> partition;
    for (const AttributeValue& value : match.partition) partition.push_back(&value);

    PartitionRange range;
    range.partition = storage::encode_partition(partition);
    range.rows = {range.partition, after_prefix(range.partition)};
    range.has_sort_condition = !match.sort.empty();
    std::string prefix = range.partition;
    for (const KeyComparison& comparison : match.sort) {
        range.rows = compare(prefix, comparison);
        if (comparison.op == KeyOperator::equal) {
            append_component(prefix, comparison.operands.front());
        } else {
            set_inclusive_bounds(range, prefix, comparison);
        }
    }
    if (keys.sort().empty()) range.first_key = range.last_key = range.partition;
    return range;
}

void check_start_inside(const PartitionRange& range, const KeySchema& keys, const AttributeMap& start) {
    // The sort key is checked as if the partition were the right one, so that each fault has its own message.
    const std::string row = with_sort_key(range.partition, keys, start);
    if (range.has_sort_condition && !lies_in(range.rows, row)) throw ApiError::validation(no_match);
    if (partition_of(keys, start) == range.partition) return;
    if (range.has_sort_condition) {
        throw ApiError::validation("The query can return at most one row and cannot be restarted");
    }
    throw ApiError::validation(
        "The provided starting key is outside query boundaries based on provided conditions");
}

// Source: observed on AWS in ScyllaDB Alternator's test_query.py and in issue 2456 of aws-sdk-ruby.
void check_start_before_end(const std::string& end, const KeySchema& keys, const AttributeMap& start) {
    if (end.empty() || with_sort_key(partition_of(keys, start), keys, start) != end) return;
    if (!keys.sort().empty()) throw ApiError::validation(no_match);
    const std::string& name = keys.attributes.front().name;
    throw ApiError::validation("The provided exclusive start key is invalid: ExclusiveStartKey: {" + name +
                               "=" + key_value_text(*start.find(name)) + "}");
}

}  // namespace tailrace::table
