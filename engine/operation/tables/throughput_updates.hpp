#pragma once

#include <string>

#include "engine/operation/tables/table_request.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::operation {

/// New units for an index or, when that has no name, for the table.
struct ThroughputChange {
    table::Throughput wanted;
    std::string index;
    Timestamp now;
};

/// Takes new units over. The transition shows the old ones until its end, beside the new time of the change,
/// as AWS was seen to. Throws ApiError::validation when nothing would change.
void update_throughput(table::Throughput& throughput, const ThroughputChange& change,
                       table::Transition& transition);

/// BillingMode and ProvisionedThroughput of an UpdateTable. Throws ApiError::validation when they do not go
/// with each other, with the table as it is, or with its indexes. The definition has its transition.
void update_billing(const UpdateTableRequest& request, table::TableDefinition& definition, Timestamp now);

}  // namespace tailrace::operation
