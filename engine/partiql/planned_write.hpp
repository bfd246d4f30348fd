#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/expression/condition.hpp"
#include "engine/partiql/bound_statement.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::partiql {

/// An INSERT, UPDATE, DELETE or EXISTS on its table: which item it writes, under which condition. Refers to
/// the statement and the table.
class PlannedWrite {
  public:
    /// Throws StatementFault, KeyMismatch when the WHERE clause names no item, and ApiError::validation for
    /// what the table has against the item or the update. `in_transaction`: an INSERT's item is judged in the
    /// words of TransactWriteItems.
    PlannedWrite(const table::TableDefinition& table, const BoundStatement& statement, bool in_transaction);

    table::WriteRequest request() const;
    const std::string& row_key() const { return row_key_; }
    const table::TableDefinition& table() const { return table_; }

    /// Ends the request, or the member of a batch, when the condition did not hold.
    void require_condition_held(const table::WriteOutcome& outcome, bool with_item) const;

    /// What the RETURNING clause asks for, in wire JSON; empty when there is none.
    std::string returned(const table::WriteOutcome& outcome) const;

  private:
    void plan_insert(bool in_transaction);
    void plan_named();

    const table::TableDefinition& table_;
    const BoundStatement& statement_;
    AttributeMap key_;
    std::string row_key_;
    std::optional<expression::Condition> condition_;
    std::unique_ptr<table::WriteStep> step_;
};

}  // namespace tailrace::partiql
