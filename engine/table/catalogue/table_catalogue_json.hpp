#pragma once

#include <boost/json.hpp>

#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

// Definitions as the catalogue stores them. Older layouts lack members. Reading replaces those by their
// defaults, and throws std::exception if any other member is missing.

boost::json::object catalogue_json(const TableDefinition& definition);
TableDefinition from_catalogue_json(const boost::json::object& json);
boost::json::object catalogue_json(const StreamDefinition& stream);
StreamDefinition stream_from_catalogue_json(const boost::json::object& json);

// Key schemas and projections are stored in wire JSON, the form that requests and descriptions use too.

boost::json::array key_schema_json(const KeySchema& keys);
/// The key schema, with the types from a table's AttributeDefinitions.
KeySchema read_key_schema(const boost::json::array& key_schema,
                          const boost::json::array& attribute_definitions);

/// An index's Projection; its names are sorted.
boost::json::object projection_json(const IndexDefinition& index);
void read_projection(const boost::json::object& projection, IndexDefinition& index);

}  // namespace tailrace::table
