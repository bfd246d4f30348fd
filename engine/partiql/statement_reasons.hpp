#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <string_view>

#include "engine/table/items/item_writer.hpp"

namespace tailrace::partiql {

/// What is against each statement of a transaction, by its place. Beside the codes of TransactWriteItems
/// there are those of batches. Source: API_CancellationReason, API_BatchStatementError.
class StatementReasons {
  public:
    /// `statements` reasons, all of them "None".
    explicit StatementReasons(std::size_t statements);

    void add(std::size_t place, std::string_view code, std::string_view message);
    /// Shows the item that failed the condition in the reason, if there is one.
    void show_item(std::size_t place, const table::WriteDecision& decision);
    /// Ends the request with TransactionCanceledException when there is any reason.
    void require_none() const;

  private:
    boost::json::array reasons_;
    bool any_ = false;
};

}  // namespace tailrace::partiql
