#pragma once

#include <span>
#include <string>

#include "engine/expression/update.hpp"
#include "engine/model/api_error.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::table {

// What a table asks of items and keys. Each rule throws ApiError::validation in DynamoDB's words; the order
// in which they are called here is the order in which AWS reports them.

inline constexpr std::size_t max_item_bytes = 400 * 1024;

/// An empty value where a key needs one. Of a transaction's member, this alone among the faults of keys and
/// items ends the whole request; the others are the reason for its cancellation.
class EmptyKeyValue : public ApiError {
  public:
    explicit EmptyKeyValue(std::string message) : ApiError(ApiError::validation(std::move(message))) {}
};

/// A Key parameter: exactly the table's key attributes, of their types, neither empty nor too long.
void check_key(const TableDefinition& definition, const AttributeMap& key);

/// One attribute of a key: it is there, of its type, neither empty nor too long.
void check_key_attribute(const KeyAttribute& attribute, const AttributeMap& key, bool partition);

/// The attributes of `schema` in a key that may hold others too.
void check_key_attributes(const KeySchema& schema, const AttributeMap& key);

/// An item that is put: its key, and the types and values of the attributes that are keys of an index.
void check_item(const TableDefinition& definition, const AttributeMap& item);

/// An update, as far as it can be judged without the item: it leaves the key alone, gives the keys of indexes
/// values of their types and reaches into none of them.
void check_update(const TableDefinition& definition, const expression::Update& update);

/// What an update made: the nesting of the attributes that it reached into, and the attributes it wrote that
/// are keys of an index.
void check_updated_item(const TableDefinition& definition, const expression::Update& update,
                        const AttributeMap& item);

/// Keys are scalars: `nested_names`, the attributes that an expression reaches into, hold none.
void check_key_paths(const TableDefinition& definition, std::span<const std::string> nested_names);

/// "string" or "binary", as messages name what is empty.
std::string empty_kind(AttributeType type);

}  // namespace tailrace::table
