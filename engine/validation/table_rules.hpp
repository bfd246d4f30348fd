#pragma once

#include "engine/model/request.hpp"

/// AWS's rules for a table's definition beyond the shapes, as far as the request alone decides them. Each
/// function takes a request that has passed check_shape(), and throws ApiError::validation for the first
/// broken rule in AWS's order. May be called from any thread.
namespace tailrace::validation {

/// Checks billing against throughput, the table's key, attribute definitions, local and global secondary
/// indexes, stream, encryption, table class and tags.
void check_create_table(const Request& request);

/// Checks that there is a change and that its parts may be combined; then throughput, the indexes to be
/// created, stream, encryption and table class. The caller checks what depends on the current table: whether
/// an index exists, whether anything changes, whether the table may have throughput at all.
void check_update_table(const Request& request);

}  // namespace tailrace::validation
