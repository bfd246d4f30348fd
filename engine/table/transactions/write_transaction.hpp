#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/expression/condition.hpp"
#include "engine/table/items/capacity.hpp"
#include "engine/table/items/distinct_items.hpp"
#include "engine/table/items/item_writer.hpp"
#include "engine/table/transactions/cancellation_reasons.hpp"
#include "engine/table/transactions/request_tokens.hpp"

namespace tailrace::table {

/// One write of a transaction, checked against its table.
struct PlannedWrite {
    const TableDefinition& table;
    std::string row_key;
    /// Null if the condition is checked and the item stays as it is.
    std::unique_ptr<const WriteStep> step;
    /// Null if the write is unconditional.
    std::shared_ptr<const expression::Condition> condition = {};
    FailedCondition failure = FailedCondition::plain;

    /// Refers to this write.
    WriteRequest request() const;
};

/// The writes of one transaction, for both TransactWriteItems and ExecuteTransaction. All are decided before
/// the first is applied, so that all or none take place.
class WriteTransaction {
  public:
    /// The session outlives it. `members` is the number of writes that are added, unless planning one fails.
    WriteTransaction(WriteSession& session, std::size_t members, EmptyKey empty_key);

    /// Adds the next member's write.
    void add(PlannedWrite write);
    /// The reasons so far. The caller adds one for a member that it cannot plan.
    CancellationReasons& reasons() { return reasons_; }
    /// Throws ApiError::validation if two writes are of one item.
    void require_distinct() const { items_.require_distinct(); }

    /// Decides what every member does. Throws TransactionCanceledException with the reasons if any member
    /// cannot be carried out.
    void decide();
    /// Carries out what was decided, and holds the items for `hold_duration` after the commit. Returns what
    /// that cost.
    ConsumedCapacities apply(std::chrono::milliseconds hold_duration);
    /// The cost of a repeated request whose transaction was already carried out: its items are only read.
    ConsumedCapacities repeat();

  private:
    void expect();
    void decide(std::size_t member);

    WriteSession& session_;
    ItemWriter writer_;
    CancellationReasons reasons_;
    DistinctItems items_{repeated_in_transaction};
    std::vector<PlannedWrite> writes_;
    std::vector<WriteDecision> decisions_;
};

/// How a transaction is carried out.
struct TransactionTerms {
    /// The client's name for the transaction, if it has one; it then takes place only once.
    std::optional<RequestToken> token;
    std::chrono::milliseconds hold_duration{0};
};

struct TransactionCost {
    ConsumedCapacities consumed;
    CapacityDetail detail;
};

/// Carries out the WriteTransaction that `plan` returns. If its token has been used for the same transaction,
/// nothing is written again. Throws IdempotentParameterMismatchException, before it plans, if the token has
/// been used for another.
template <typename Plan>
TransactionCost carry_out(WriteSession& session, const TransactionTerms& terms, Plan&& plan) {
    RequestTokens tokens(session);
    const bool is_repeated = terms.token && tokens.is_repeated(*terms.token);
    WriteTransaction transaction = plan();
    if (is_repeated) return {transaction.repeat(), CapacityDetail::with_read_units};
    transaction.decide();
    TransactionCost cost{transaction.apply(terms.hold_duration), CapacityDetail::with_write_units};
    if (terms.token) tokens.remember(*terms.token);
    return cost;
}

}  // namespace tailrace::table
