#pragma once

#include <boost/json.hpp>

#include "engine/table/database.hpp"

namespace tailrace::operation {

/// A table while UpdateTable changes it; its definition has the transition that this is.
struct TableUpdate {
    table::WriteSession& session;
    table::TableDefinition definition;
    table::Counts counts;
};

/// GlobalSecondaryIndexUpdates: makes indexes and fills them, removes indexes, changes their throughput. An
/// index is complete when the request is answered, whatever the transition shows.
void update_indexes(const boost::json::object& request, TableUpdate& update);

}  // namespace tailrace::operation
