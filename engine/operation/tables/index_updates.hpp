#pragma once

#include <string_view>

#include "engine/model/time_slice.hpp"
#include "engine/operation/tables/table_request.hpp"
#include "engine/table/database.hpp"

namespace tailrace::operation {

/// A table while UpdateTable changes it. Its definition already has the transition of this update.
struct TableUpdate {
    table::WriteSession& session;
    table::TableDefinition definition;
    table::Counts counts;
    /// Limits how much of a new index is filled in the session.
    TimeSlice slice;
    /// True if throughput may be decreased only as often as on AWS.
    bool limits_decreases = false;
};

/// GlobalSecondaryIndexUpdates: creates indexes and begins to fill them, removes indexes, and changes their
/// throughput. The index of a small table is complete afterwards, whatever the transition shows.
void update_indexes(const UpdateTableRequest& request, TableUpdate& update);

/// Removes an index from the table's definition, with its counts, its rows and the attribute definitions that
/// only it used.
void remove_index(TableUpdate& update, std::string_view index_name);

}  // namespace tailrace::operation
