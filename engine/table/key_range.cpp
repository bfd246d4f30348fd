#include "engine/table/key_range.hpp"

#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/storage/key_encoding.hpp"
#include "engine/table/item_rules.hpp"
#include "engine/table/row_key.hpp"

namespace tailrace::table {
namespace {

using storage::after_prefix;
using storage::append_component;

[[noreturn]] void wrong_type() {
    throw ApiError::validation(
        "One or more parameter values were invalid: Condition parameter type does not match schema type");
}

void check_value(const KeyAttribute& attribute, const AttributeValue& value) {
    if (value.type() != attribute.type) wrong_type();
    if (value.size_bytes() == 0) {
        throw ApiError::validation(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
            "contain an "
            "empty " +
            std::string(attribute.type == AttributeType::B ? "binary" : "string") +
            " value. Key: " + attribute.name);
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
storage::KeyRange compare(const std::string& prefix, const expression::KeyComparison& comparison) {
    const AttributeValue& value = comparison.operands.front();
    if (comparison.op == expression::KeyOperator::begins_with) return begins_with(prefix, value);
    const std::string at = with_component(prefix, value);
    switch (comparison.op) {
        case expression::KeyOperator::equal:
            return {at, after_prefix(at)};
        case expression::KeyOperator::less:
            return {prefix, at};
        case expression::KeyOperator::less_or_equal:
            return {prefix, after_prefix(at)};
        case expression::KeyOperator::greater:
            return {after_prefix(at), after_prefix(prefix)};
        case expression::KeyOperator::greater_or_equal:
            return {at, after_prefix(prefix)};
        case expression::KeyOperator::between:
            return {at, after_prefix(with_component(prefix, comparison.operands.back()))};
        case expression::KeyOperator::begins_with:
            break;
    }
    return {};
}

ApiError invalid_start(std::string_view reason = {}) {
    return ApiError::validation("The provided starting key is invalid" + std::string(reason));
}

}  // namespace

storage::KeyRange key_range(const KeySchema& keys, const expression::KeyMatch& match) {
    std::vector<const AttributeValue*> partition;
    for (std::size_t i = 0; i < keys.partition.size(); ++i) {
        check_value(keys.partition[i], match.partition[i]);
        partition.push_back(&match.partition[i]);
    }
    std::string prefix = storage::encode_partition(partition);
    storage::KeyRange range{prefix, after_prefix(prefix)};
    for (std::size_t i = 0; i < match.sort.size(); ++i) {
        const expression::KeyComparison& comparison = match.sort[i];
        for (const AttributeValue& operand : comparison.operands) check_value(keys.sort[i], operand);
        range = compare(prefix, comparison);
        if (comparison.op == expression::KeyOperator::equal)
            append_component(prefix, comparison.operands.front());
    }
    return range;
}

std::string start_row_key(const TableDefinition& definition, const IndexDefinition* index,
                          const AttributeMap& start) {
    if (index == nullptr) {
        try {
            check_key(definition, start);
        } catch (const ApiError& error) {
            throw invalid_start(": " + error.message());
        }
        return base_row_key(definition, start);
    }
    const AttributeMap expected = key_of(definition, index, start);
    std::size_t distinct = definition.keys.size();
    for (const KeyAttribute& each : index->keys.attributes())
        distinct += definition.keys.contains(each.name) ? 0 : 1;
    if (start.size() != distinct || expected.size() != distinct) throw invalid_start();
    for (const KeySchema* schema : {&index->keys, &definition.keys}) {
        for (const KeyAttribute& each : schema->attributes()) {
            const AttributeValue& value = *start.find(each.name);
            if (value.type() != each.type || value.size_bytes() == 0) throw invalid_start();
        }
    }
    return *index_row_key(definition, *index, start);
}

}  // namespace tailrace::table
