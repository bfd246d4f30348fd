#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

inline constexpr std::string_view repeated_in_batch = "Provided list of item keys contains duplicates";
inline constexpr std::string_view repeated_in_transaction =
    "Transaction request cannot include multiple operations on one item";

/// The items that the members of a batch or a transaction read or write, each of which may appear once.
class DistinctItems {
  public:
    /// `message` is what AWS says about an item that appears twice.
    explicit DistinctItems(std::string_view message) : message_(message) {}

    void add(const TableDefinition& table, std::string row_key);

    /// Throws ApiError::validation if an item was added twice.
    void require_distinct() const;

  private:
    std::string_view message_;
    std::set<std::pair<const TableDefinition*, std::string>> items_;
    std::size_t added_ = 0;
};

}  // namespace tailrace::table
