#pragma once

#include <boost/json.hpp>
#include <string>

#include "engine/table/table_definition.hpp"

namespace tailrace::operation {

/// Takes new units over, for an index or, when that has no name, for the table. Throws ApiError::validation
/// when nothing would change, as AWS does.
void update_throughput(table::Throughput& throughput, const table::Throughput& wanted,
                       const std::string& index, Timestamp now);

/// BillingMode and ProvisionedThroughput of an UpdateTable. Throws ApiError::validation when they do not go
/// with each other, with the table as it is, or with its indexes.
void update_billing(const boost::json::object& request, table::TableDefinition& definition, Timestamp now);

}  // namespace tailrace::operation
