#include "engine/table/items/distinct_items.hpp"

#include "engine/model/api_error.hpp"

namespace tailrace::table {

void DistinctItems::add(const TableDefinition& table, std::string row_key) {
    items_.emplace(&table, std::move(row_key));
    ++added_;
}

void DistinctItems::require_distinct() const {
    if (items_.size() != added_) throw ApiError::validation(std::string(message_));
}

}  // namespace tailrace::table
