#pragma once

#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/model/attribute_value.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::server {

/// A key or a whole item in a request, in wire JSON.
struct RequestedItem {
    /// The table's name, which may be given by its ARN.
    std::string_view table;
    const boost::json::object& attributes;
    /// True for an item that is put, false for a key.
    bool is_whole;
};

/// Calls `take` for the keys and items in a request of any operation but PartiQL's, until `take` returns
/// true. Leaves out what has another shape. The request need not be valid.
void each_requested_item(const boost::json::object& request,
                         const std::function<bool(const RequestedItem&)>& take);

/// Returns the names of the tables that a request names, each once. They may be ARNs.
std::vector<std::string_view> requested_tables(const boost::json::object& request);

/// Returns the key of an item, or a key, that is in wire JSON. Returns nullopt if it lacks an attribute of
/// the key or has one of another type.
std::optional<AttributeMap> key_in(const table::TableDefinition& table, const boost::json::object& item);

}  // namespace tailrace::server
