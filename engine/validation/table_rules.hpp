#pragma once

#include "engine/model/request.hpp"

/// What AWS asks of a table's definition beyond the shapes, as far as the request alone decides it. Each
/// function takes a request that has passed check_shape(), throws ApiError::validation at the first rule that
/// does not hold, in AWS's order, and may be called from any thread.
namespace tailrace::validation {

/// Billing against throughput, the table's key, attribute definitions, local and global secondary indexes,
/// stream, encryption, table class and tags.
void check_create_table(const Request& request);

/// That there is a change and that its parts go together; throughput, the indexes that are created, stream,
/// encryption and table class. What depends on the table as it is stays with the caller: whether an index
/// exists, whether anything changes, whether the table may have throughput at all.
void check_update_table(const Request& request);

}  // namespace tailrace::validation
