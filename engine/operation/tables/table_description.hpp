#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::operation {

/// Everything in a table's description, for use after the database's lock is released.
struct DescribedTable {
    /// The table is shown in its transition, or as ACTIVE if there is none.
    table::TableDefinition definition;
    table::Counts counts;
};

/// The API's TableDescription. Source: API_TableDescription.
boost::json::object describe(const DescribedTable& table);

/// The API's ProvisionedThroughputDescription.
boost::json::object describe_throughput(const table::Throughput& throughput);

/// The API's TableWarmThroughputDescription. The status is ACTIVE or UPDATING.
boost::json::object describe_warmth(const table::WarmThroughput& warm, std::string_view status);

/// The API's GlobalSecondaryIndexDescription or LocalSecondaryIndexDescription of an index without a
/// transition.
boost::json::object describe_index(const table::TableDefinition& definition,
                                   const table::IndexDefinition& index, const table::Count& count);

}  // namespace tailrace::operation
