#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "engine/table/table_definition.hpp"

namespace tailrace::table {

/// The items that the members of a transaction read or write.
class TransactionItems {
  public:
    void add(const TableDefinition& table, std::string row_key);

    /// Throws ApiError::validation if an item was added twice.
    void require_distinct() const;

  private:
    std::set<std::pair<const TableDefinition*, std::string>> items_;
    std::size_t added_ = 0;
};

}  // namespace tailrace::table
