#pragma once

#include <cstddef>
#include <string_view>

#include "engine/model/request.hpp"
#include "engine/validation/key_schema_rules.hpp"

/// Rules for one secondary index as a request defines it.
namespace tailrace::validation {

/// IndexName of an index definition or of an update.
std::string_view index_name(const Request& index);

/// KeySchema: every attribute defined, and the form that global secondary indexes may have.
void check_global_index_key(const Request& index, const DefinedAttributes& definitions);

/// KeySchema of a local secondary index: the table's HASH attribute and a RANGE attribute of its own.
void check_local_index_key(const Request& index, const DefinedAttributes& definitions,
                           std::string_view table_hash);

/// Projection: ProjectionType, and NonKeyAttributes with INCLUDE and with nothing else.
void check_projection(const Request& index);

/// How many NonKeyAttributes the index names; AWS counts them over all indexes of a table.
std::size_t projected_attributes(const Request& index);

/// The limit to that sum, and its rule.
void check_projected_attributes(std::size_t sum);

}  // namespace tailrace::validation
