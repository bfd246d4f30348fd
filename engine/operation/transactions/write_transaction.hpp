#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/operation/consumed_capacities.hpp"
#include "engine/operation/transactions/cancellation_reasons.hpp"
#include "engine/operation/transactions/transact_member.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::operation {

/// The writes of one transaction. All are decided before the first is applied: either all take place or none.
class WriteTransaction {
  public:
    /// The references must outlive the transaction.
    WriteTransaction(table::WriteSession& session, const std::vector<TransactMember>& members);

    /// Decides what every member will do. Throws the fault that fails the whole request, or
    /// TransactionCanceledException with the reasons of the members that fail.
    void decide();

    /// Applies the decisions, and holds the items for `duration`.
    ConsumedCapacities apply(std::chrono::milliseconds duration);

    /// The cost of a repeated request whose transaction was already carried out: its items are only read.
    ConsumedCapacities repeat();

    /// ItemCollectionMetrics by table.
    boost::json::object item_collections() const;

  private:
    void plan(const TransactMember& member);
    void decide(std::size_t place);
    const table::TableDefinition& table_of(const TransactMember& member) const;

    table::WriteSession& session_;
    table::ItemWriter writer_;
    const std::vector<TransactMember>& members_;
    CancellationReasons reasons_;
    std::set<std::pair<const table::TableDefinition*, std::string>> rows_;
    std::vector<std::unique_ptr<table::WriteStep>> steps_;
    std::vector<table::WriteRequest> writes_;
    std::vector<table::WriteDecision> decisions_;
};

}  // namespace tailrace::operation
