#include "engine/operation/consumed_capacities.hpp"

#include <algorithm>

namespace tailrace::operation {

table::ReturnConsumedCapacity read_return_consumed_capacity(const Request& request) {
    const auto wanted = request.text("ReturnConsumedCapacity");
    if (wanted == "TOTAL") return table::ReturnConsumedCapacity::total;
    return wanted == "INDEXES" ? table::ReturnConsumedCapacity::indexes : table::ReturnConsumedCapacity::none;
}

table::Consistency read_consistency(const Request& request) {
    return request.flag("ConsistentRead").value_or(false) ? table::Consistency::strong
                                                          : table::Consistency::eventual;
}

std::optional<boost::json::object> consumed_capacity(const table::TableDefinition& table,
                                                     const table::Capacity& capacity,
                                                     table::ReturnConsumedCapacity wanted) {
    if (wanted == table::ReturnConsumedCapacity::none) return std::nullopt;
    return table::consumed_capacity_json(table, capacity, wanted);
}

void ConsumedCapacities::add(const table::TableDefinition& table, const table::Capacity& capacity) {
    const auto known = std::ranges::find_if(tables_, [&](const auto& each) { return each.first == &table; });
    if (known != tables_.end()) {
        known->second.add(capacity);
    } else {
        tables_.emplace_back(&table, capacity);
    }
}

std::optional<boost::json::array> ConsumedCapacities::json(table::ReturnConsumedCapacity wanted,
                                                           table::CapacityDetail detail) const {
    if (wanted == table::ReturnConsumedCapacity::none) return std::nullopt;
    boost::json::array all;
    for (const auto& [table, capacity] : tables_) {
        all.push_back(table::consumed_capacity_json(*table, capacity, wanted, detail));
    }
    return all;
}

}  // namespace tailrace::operation
