#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/expression/condition.hpp"
#include "engine/expression/key_condition.hpp"
#include "engine/model/api_error.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::partiql {

/// The parts of a condition that must all hold; the condition itself, unless it is an AND.
std::vector<expression::Condition> conjuncts(const expression::Condition& condition);

/// The condition as a comparison of one top-level attribute with given values, or nullopt if it is not one.
/// "<>" and IN are not.
std::optional<expression::KeyComparison> key_comparison(const expression::Condition& condition);

/// "attribute IN values" as one equality per value; empty for every other condition.
std::vector<expression::KeyComparison> key_alternatives(const expression::Condition& condition);

/// Thrown for a WHERE clause that does not name one item of the table by its key. It cancels a transaction,
/// with a message of its own.
class KeyMismatch : public ApiError {
  public:
    explicit KeyMismatch(std::string message) : ApiError(ApiError::validation(std::move(message))) {}
};

/// Thrown for a statement that its operation does not accept, whatever the table holds.
class StatementFault : public ApiError {
  public:
    explicit StatementFault(std::string message) : ApiError(ApiError::validation(std::move(message))) {}
};

/// Throws KeyMismatch if the key attribute cannot have the value.
void require_key_type(const table::KeyAttribute& attribute, const AttributeValue& value);

/// The single item that a WHERE clause names by equality on each key attribute, and its other conditions.
struct NamedItem {
    AttributeMap key;
    std::vector<expression::Condition> rest;
    /// The first key attribute that is compared with two different values; the later comparisons are in
    /// `rest`.
    std::string compared_twice;
    /// True if there is a value for every key attribute.
    bool is_complete = false;
};

/// `takes_in` is true if IN with one value counts as an equality.
NamedItem named_item(const table::KeySchema& keys, const expression::Condition& where, bool takes_in);

}  // namespace tailrace::partiql
