#pragma once

#include <span>
#include <string>

#include "engine/expression/update.hpp"
#include "engine/model/api_error.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

// A table's rules for items and keys. Each rule throws ApiError::validation in DynamoDB's words. The rules
// are called in the order in which AWS reports the faults.

inline constexpr std::size_t max_item_bytes = 400 * 1024;

/// The fault of a key attribute whose value is empty. In TransactWriteItems and TransactGetItems it fails the
/// whole request. All other faults of keys and items become the member's reason for the cancellation.
class EmptyKeyValue : public ApiError {
  public:
    explicit EmptyKeyValue(std::string message) : ApiError(ApiError::validation(std::move(message))) {}
};

/// Checks a Key parameter: exactly the table's key attributes, of their types, neither empty nor too long.
void check_key(const TableDefinition& definition, const AttributeMap& key);

/// Checks one attribute of a key: present, of its type, neither empty nor too long.
void check_key_attribute(const KeyAttribute& attribute, const AttributeMap& key, bool partition);

/// Checks the attributes of `schema` in a key that may have others too.
void check_key_attributes(const KeySchema& schema, const AttributeMap& key);

/// Checks an item to be put: its key, and the types and values of attributes that are keys of an index.
void check_item(const TableDefinition& definition, const AttributeMap& item);

/// Checks an update as far as possible without the item: it must not change the key, must give index keys
/// values of their types, and must not reach into any of them.
void check_update(const TableDefinition& definition, const expression::Update& update);

/// Checks the result of an update: the nesting of the attributes that it reached into, and the attributes it
/// wrote that are keys of an index.
void check_updated_item(const TableDefinition& definition, const expression::Update& update,
                        const AttributeMap& item);

/// Checks that no key attribute is among `nested_names`, the attributes that an expression reaches into: keys
/// are scalars.
void check_key_paths(const TableDefinition& definition, std::span<const std::string> nested_names);

/// "string" or "binary", the word for an empty value in messages.
std::string empty_kind(AttributeType type);

}  // namespace tailrace::table
