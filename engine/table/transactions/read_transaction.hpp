#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/table/database.hpp"
#include "engine/table/items/capacity.hpp"
#include "engine/table/items/distinct_items.hpp"

namespace tailrace::table {

/// The results of a transaction's reads.
struct FoundItems {
    /// Items as they are stored, one for each read; nullopt if there is no such item.
    std::vector<std::optional<std::string>> items;
    /// The sizes of all items together, as DynamoDB counts them.
    std::size_t size_bytes = 0;
    ConsumedCapacities consumed;
};

/// The reads of one transaction, for both TransactGetItems and ExecuteTransaction.
class ReadTransaction {
  public:
    /// The session outlives it.
    explicit ReadTransaction(ReadSession& session) : session_(session) {}

    /// Adds the next member's read. `row_key` is one that base_row_key() made. Throws ItemRefused.
    void add(const TableDefinition& table, std::string row_key);
    /// Throws ApiError::validation if two reads are of one item.
    void require_distinct() const { items_.require_distinct(); }

    FoundItems read();

  private:
    ReadSession& session_;
    DistinctItems items_{repeated_in_transaction};
    std::vector<std::pair<const TableDefinition*, std::string>> reads_;
};

}  // namespace tailrace::table
