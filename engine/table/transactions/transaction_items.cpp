#include "engine/table/transactions/transaction_items.hpp"

#include "engine/model/api_error.hpp"

namespace tailrace::table {

void TransactionItems::add(const TableDefinition& table, std::string row_key) {
    items_.emplace(&table, std::move(row_key));
    ++added_;
}

void TransactionItems::require_distinct() const {
    if (items_.size() == added_) return;
    throw ApiError::validation("Transaction request cannot include multiple operations on one item");
}

}  // namespace tailrace::table
