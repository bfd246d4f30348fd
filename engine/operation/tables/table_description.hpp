#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "engine/table/table_definition.hpp"

namespace tailrace::operation {

/// The API's TableDescription, in the transition or, when that is null, ACTIVE. Source: API_TableDescription.
boost::json::object describe(const table::TableDefinition& definition, const table::Counts& counts,
                             const table::Transition* transition);

/// The API's ProvisionedThroughputDescription.
boost::json::object describe_throughput(const table::Throughput& throughput);

/// The API's TableWarmThroughputDescription; the status is ACTIVE or UPDATING.
boost::json::object describe_warmth(const table::WarmThroughput& warm, std::string_view status);

/// The API's GlobalSecondaryIndexDescription or LocalSecondaryIndexDescription of an index without
/// transition.
boost::json::object describe_index(const table::TableDefinition& definition,
                                   const table::IndexDefinition& index, const table::Count& count);

}  // namespace tailrace::operation
