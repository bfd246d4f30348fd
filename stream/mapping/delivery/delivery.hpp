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

/// Records that are sent together, and how often they have been sent.
struct Delivery {
    std::shared_ptr<const EventBatch> batch;
    /// Calls that reached the function since the last partial success.
    std::size_t invocations = 0;
    /// How many of those calls count against MaximumRetryAttempts; the first does not.
    std::size_t retries = 0;
    /// Calls since the last partial success, whether or not they reached the function. The wait grows with
    /// them.
    std::size_t failures_in_a_row = 0;
    Timestamp not_before = Timestamp::min();
    /// The result of the last call that reached the function.
    HandlerResult last_result = {};
    /// The error of the last call; empty before the first.
    std::string last_error = {};

    /// True for the last call of a tumbling window.
    bool is_final() const { return batch->window && batch->window->is_final; }
};

/// Returns the records [from, to) of a delivery as a delivery of their own.
Delivery part_of(const Delivery& delivery, std::size_t from, std::size_t to);

/// A delivery that will not be sent again.
struct Discard {
    Delivery delivery;
    DiscardCondition condition = DiscardCondition::none;
};

/// What happens to a delivery after a call: what is sent again, in order, and what is given up.
struct Verdict {
    std::size_t handled = 0;
    std::vector<Delivery> again = {};
    std::optional<Discard> discard = {};
};

/// Decides what happens after a call, as Lambda does.
///
/// A function error is retried until the retries are used up or the records are too old. With
/// BisectBatchOnFunctionError a batch of several records is cut in two instead, which uses up no retry. If a
/// response names failed items, the records from the lowest of them on are sent again. If the records before
/// it are done, the rest is a delivery of its own, whose calls and retries are counted afresh: AWS was seen
/// to call a function five times for a batch of three with one failing record and three retries. A call that
/// did not reach the function is repeated without being counted. The last call of a tumbling window is
/// repeated until it succeeds, and its shard waits. Source: "Retain discarded records for a DynamoDB event
/// source in Lambda".
class RetryPolicy {
  public:
    explicit RetryPolicy(const DeliveryRules& rules) : rules_(rules) {}

    Verdict judge(Delivery delivery, const BatchAnswer& answer, Timestamp now) const;

    /// Returns how many records at the front of a batch are too old to be sent.
    std::size_t expired(const EventBatch& batch, Timestamp now) const;
    /// Returns the time from which the first record is too old.
    Timestamp expiry(const EventBatch& batch) const;

  private:
    std::chrono::seconds age_limit() const;
    std::chrono::milliseconds wait_after(std::size_t failures) const;

    const DeliveryRules& rules_;
};

}  // namespace tailrace::stream
