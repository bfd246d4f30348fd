#pragma once

#include <boost/json.hpp>
#include <optional>
#include <utility>
#include <vector>

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

/// The capacity that a request on several tables consumed, table by table in the order in which they were
/// added.
class ConsumedCapacities {
  public:
    void add(const table::TableDefinition& table, const table::Capacity& capacity);
    /// The ConsumedCapacity array, if it is requested. The tables must still exist.
    std::optional<boost::json::array> json(table::ReturnConsumedCapacity wanted,
                                           table::CapacityDetail detail = table::CapacityDetail::plain) const;

  private:
    std::vector<std::pair<const table::TableDefinition*, table::Capacity>> tables_;
};

}  // namespace tailrace::operation
