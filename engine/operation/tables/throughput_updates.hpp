#pragma once

#include <string>

#include "engine/operation/tables/table_request.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::operation {

/// New units for an index, or for the table if `index` is empty.
struct ThroughputChange {
    table::Throughput wanted;
    std::string index;
    Timestamp now;
};

/// Sets the new units. Until the transition is over, it shows the old units with the new time of the change,
/// as was seen on AWS. Throws ApiError::validation if nothing would change.
void update_throughput(table::Throughput& throughput, const ThroughputChange& change,
                       table::Transition& transition);

/// BillingMode and ProvisionedThroughput of an UpdateTable. Throws ApiError::validation if they do not fit
/// each other, the current table or its indexes. The definition must have its transition.
void update_billing(const UpdateTableRequest& request, table::TableDefinition& definition, Timestamp now);

}  // namespace tailrace::operation
