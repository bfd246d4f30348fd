#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <string_view>

#include "engine/table/items/item_writer.hpp"

namespace tailrace::partiql {

/// The reason why each statement of a transaction fails, by its place. It uses the codes of
/// TransactWriteItems and those of batches. Source: API_CancellationReason, API_BatchStatementError.
class StatementReasons {
  public:
    /// Starts with `statements` reasons, all of them "None".
    explicit StatementReasons(std::size_t statements);

    void add(std::size_t place, std::string_view code, std::string_view message);
    /// Adds the item that failed the condition to the reason, if there is one.
    void show_item(std::size_t place, const table::WriteDecision& decision);
    /// Throws TransactionCanceledException if there is any reason.
    void require_none() const;

  private:
    boost::json::array reasons_;
    bool any_ = false;
};

}  // namespace tailrace::partiql
