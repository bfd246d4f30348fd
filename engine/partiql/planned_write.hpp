#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/expression/condition.hpp"
#include "engine/partiql/bound_statement.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::partiql {

/// An INSERT, UPDATE, DELETE or EXISTS applied to its table: the item that it writes, and the condition.
/// Refers to the statement and the table.
class PlannedWrite {
  public:
    /// Throws StatementFault, KeyMismatch if the WHERE clause does not name an item, and ApiError::validation
    /// if the item or the update does not fit the table. If `in_transaction` is true, faults of an INSERT's
    /// item are reported in the words of TransactWriteItems.
    PlannedWrite(const table::TableDefinition& table, const BoundStatement& statement, bool in_transaction);

    table::WriteRequest request() const;
    const std::string& row_key() const { return row_key_; }
    const table::TableDefinition& table() const { return table_; }

    /// Fails the request, or the member of a batch, if the condition did not hold.
    void require_condition_held(const table::WriteOutcome& outcome, bool with_item) const;

    /// The attributes that the RETURNING clause requests, in wire JSON; empty if there are none.
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
