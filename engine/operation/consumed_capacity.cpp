#include "engine/operation/consumed_capacity.hpp"

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

}  // namespace tailrace::operation
