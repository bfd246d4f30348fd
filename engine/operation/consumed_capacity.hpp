#pragma once

#include <boost/json.hpp>
#include <optional>

#include "engine/model/request.hpp"
#include "engine/table/database.hpp"
#include "engine/table/items/capacity.hpp"

namespace tailrace::operation {

/// Reads ReturnConsumedCapacity.
table::ReturnConsumedCapacity read_return_consumed_capacity(const Request& request);

/// Reads ConsistentRead.
table::Consistency read_consistency(const Request& request);

/// The API's ConsumedCapacity of one table, if it is requested.
std::optional<boost::json::object> consumed_capacity(const table::TableDefinition& table,
                                                     const table::Capacity& capacity,
                                                     table::ReturnConsumedCapacity wanted);

}  // namespace tailrace::operation
