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

/// The writes of one transaction, all of them decided before the first is applied: all or none take place.
class WriteTransaction {
  public:
    /// The references outlive it.
    WriteTransaction(table::WriteSession& session, const std::vector<TransactMember>& members);

    /// Finds out what every member will do. Throws what ends the request, or TransactionCanceledException
    /// with what is against any of the members.
    void decide();

    /// Carries out what was decided, and keeps the items for so long.
    ConsumedCapacities apply(std::chrono::milliseconds duration);

    /// What it costs to send a transaction again that was carried out before: its items are only read.
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
