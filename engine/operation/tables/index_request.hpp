#pragma once

#include <boost/json.hpp>

#include "engine/table/table_definition.hpp"

namespace tailrace::operation {

// What requests say of tables and indexes alike.

/// One element of LocalSecondaryIndexes or GlobalSecondaryIndexes, or the Create of an index. The space is
/// the caller's to give.
table::IndexDefinition read_index(const boost::json::object& index, bool global,
                                  const boost::json::array& attribute_definitions);

/// The parent's ProvisionedThroughput, as far as it has one.
table::Throughput read_throughput(const boost::json::object& parent);

/// The parent's WarmThroughput, as far as it has one.
table::WarmThroughput read_warm_throughput(const boost::json::object& parent);

}  // namespace tailrace::operation
