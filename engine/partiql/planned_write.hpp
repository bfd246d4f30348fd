#pragma once

#include "engine/partiql/bound_statement.hpp"
#include "engine/table/items/item_writer.hpp"
#include "engine/table/transactions/write_transaction.hpp"

namespace tailrace::partiql {

struct PlanOptions {
    /// True if the faults of an INSERT's item have the messages of TransactWriteItems.
    bool in_transaction = false;
    /// True if the request asks for the item that fails the condition. An INSERT never shows it.
    bool shows_failed_item = false;
};

/// What an INSERT, UPDATE, DELETE or EXISTS does to its table: which item it writes, under which condition.
/// The plan refers to the table and to the statement. Throws StatementFault, KeyMismatch if the WHERE clause
/// names no item, and ApiError::validation if the item or the update does not fit the table.
table::PlannedWrite plan_write(const table::TableDefinition& table, const BoundStatement& statement,
                               PlanOptions options);

/// Throws DuplicateItemException for an INSERT, and ConditionalCheckFailedException otherwise, if the
/// condition of the write did not hold.
void require_condition_held(const table::PlannedWrite& write, const table::WriteOutcome& outcome);

}  // namespace tailrace::partiql
