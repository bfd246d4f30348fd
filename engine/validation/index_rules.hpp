#pragma once

#include <cstddef>
#include <string_view>

#include "engine/model/request.hpp"
#include "engine/validation/key_schema_rules.hpp"

/// Rules for one secondary index as a request defines it.
namespace tailrace::validation {

/// IndexName of an index definition or of an update.
std::string_view index_name(const Request& index);

/// Checks KeySchema: every attribute is defined, and the key has a form allowed for a global secondary index.
void check_global_index_key(const Request& index, const DefinedAttributes& definitions);

/// Checks KeySchema of a local secondary index: the table's HASH attribute and a different RANGE attribute.
void check_local_index_key(const Request& index, const DefinedAttributes& definitions,
                           std::string_view table_hash);

/// Checks Projection: ProjectionType, and NonKeyAttributes with INCLUDE only.
void check_projection(const Request& index);

/// The number of NonKeyAttributes of the index. AWS limits the sum over all indexes of a table.
std::size_t projected_attributes(const Request& index);

/// Checks that sum against its limit.
void check_projected_attributes(std::size_t sum);

}  // namespace tailrace::validation
