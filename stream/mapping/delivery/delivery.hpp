#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stream/mapping/delivery/batch_answer.hpp"
#include "stream/mapping/delivery/delivery_rules.hpp"
#include "stream/mapping/delivery/invocation.hpp"

namespace tailrace::stream {

/// Records that are sent together, and how often they have been.
struct Delivery {
    std::shared_ptr<const EventBatch> batch;
    /// Calls that reached the function, since the last that was a success in part.
    std::size_t invocations = 0;
    /// Those of them that count against MaximumRetryAttempts, but for the first.
    std::size_t retries = 0;
    /// Calls since the last that was a success in part; they lengthen the wait.
    std::size_t failures_in_a_row = 0;
    Timestamp not_before = Timestamp::min();
    /// What the last call came to.
    HandlerResult last_result = {};
    /// What went wrong in it; empty before the first call.
    std::string last_error = {};

    /// The last call of a tumbling window.
    bool is_final() const { return batch->window && batch->window->is_final; }
};

/// The part of a delivery from one record up to another, which is left out.
Delivery part_of(const Delivery& delivery, std::size_t from, std::size_t to);

/// A delivery that will not be sent again.
struct Discard {
    Delivery delivery;
    DiscardCondition condition = DiscardCondition::none;
};

/// What becomes of a delivery after a call: what is sent again, in order, and what is given up.
struct Verdict {
    std::size_t handled = 0;
    std::vector<Delivery> again = {};
    std::optional<Discard> discard = {};
};

/// How Lambda goes on after a call.
///
/// A function error is tried again until the retries are used up or the records are too old; with
/// BisectBatchOnFunctionError a batch of several records is cut in two instead, which uses up no retry. A
/// response with failed items is followed by what comes from the lowest on; where records before it are done
/// with, that is a delivery of its own, whose calls and retries are counted afresh. AWS was seen to call a
/// function five times with a record that fails in a batch of three and is retried three times. A call that
/// did not reach the function is made again without being counted. The last call of a tumbling window is made
/// until it succeeds: its shard waits. Source: "Retain discarded records for a DynamoDB event source in
/// Lambda".
class RetryPolicy {
  public:
    explicit RetryPolicy(const DeliveryRules& rules) : rules_(rules) {}

    Verdict judge(Delivery delivery, const BatchAnswer& answer, Timestamp now) const;

    /// How many records at the front of a batch are too old to be sent.
    std::size_t expired(const EventBatch& batch, Timestamp now) const;
    /// The moment from which the first record is too old.
    Timestamp expiry(const EventBatch& batch) const;

  private:
    std::chrono::seconds age_limit() const;
    std::chrono::milliseconds wait_after(std::size_t failures) const;

    const DeliveryRules& rules_;
};

}  // namespace tailrace::stream
