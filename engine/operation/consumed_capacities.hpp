#pragma once

#include <boost/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "engine/model/request.hpp"
#include "engine/table/database.hpp"
#include "engine/table/items/capacity.hpp"

namespace tailrace::operation {

/// ReturnConsumedCapacity.
table::ReturnConsumedCapacity read_return_consumed_capacity(const Request& request);

/// ConsistentRead.
table::Consistency read_consistency(const Request& request);

/// The API's ConsumedCapacity of one table, where it is wanted.
std::optional<boost::json::object> consumed_capacity(const table::TableDefinition& table,
                                                     const table::Capacity& capacity,
                                                     table::ReturnConsumedCapacity wanted);

/// What a request on several tables consumed, table by table in the order in which they came up.
class ConsumedCapacities {
  public:
    void add(const table::TableDefinition& table, const table::Capacity& capacity);
    /// The ConsumedCapacity array, where it is wanted. The tables are still there.
    std::optional<boost::json::array> json(table::ReturnConsumedCapacity wanted,
                                           table::CapacityDetail detail = table::CapacityDetail::plain) const;

  private:
    std::vector<std::pair<const table::TableDefinition*, table::Capacity>> tables_;
};

}  // namespace tailrace::operation
