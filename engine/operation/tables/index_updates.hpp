#pragma once

#include <string_view>

#include "engine/model/time_slice.hpp"
#include "engine/operation/tables/table_request.hpp"
#include "engine/table/database.hpp"

namespace tailrace::operation {

/// A table while UpdateTable changes it; its definition has the transition that this is.
struct TableUpdate {
    table::WriteSession& session;
    table::TableDefinition definition;
    table::Counts counts;
    /// How far a new index is filled in the session.
    TimeSlice slice;
};

/// GlobalSecondaryIndexUpdates: makes indexes and begins to fill them, removes indexes, changes their
/// throughput. The index of a small table is complete then, whatever the transition shows.
void update_indexes(const UpdateTableRequest& request, TableUpdate& update);

/// Takes an index out of the table's definition, with its counts, its rows and what only it needed.
void remove_index(TableUpdate& update, std::string_view index_name);

}  // namespace tailrace::operation
