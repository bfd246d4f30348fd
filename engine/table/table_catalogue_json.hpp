#pragma once

#include <boost/json.hpp>

#include "engine/table/table_definition.hpp"

namespace tailrace::table {

// Definitions as the catalogue keeps them. Older layouts lack members; reading gives these their defaults and
// throws std::exception for what else is not there.

boost::json::object catalogue_json(const TableDefinition& definition);
TableDefinition from_catalogue_json(const boost::json::object& json);
boost::json::object catalogue_json(const StreamDefinition& stream);
StreamDefinition stream_from_catalogue_json(const boost::json::object& json);

// Key schemas and projections are kept in wire JSON, in which requests and descriptions have them too.

boost::json::array key_schema_json(const KeySchema& keys);
/// The key schema with types from a table's AttributeDefinitions.
KeySchema read_key_schema(const boost::json::array& key_schema,
                          const boost::json::array& attribute_definitions);

/// An index's Projection; the names in it are in order.
boost::json::object projection_json(const IndexDefinition& index);
void read_projection(const boost::json::object& projection, IndexDefinition& index);

}  // namespace tailrace::table
