#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stream/handler/event_batch.hpp"
#include "stream/handler/handler.hpp"

namespace tailrace::stream {

/// Why a batch was given up; `none` if it was not. The first two reasons are Lambda's. `table_replaced` is
/// for a batch that failed before its table was deleted and created again, `skipped` for one that a request
/// skipped.
enum class DiscardCondition { none, retry_attempts_exhausted, record_age_exceeded, table_replaced, skipped };

/// Returns "RetryAttemptsExhausted", "RecordAgeExceeded", "TableReplaced", "Skipped" or an empty string.
std::string_view name_of(DiscardCondition condition);

/// Why the function was called.
enum class InvocationCause { stream, replay, redrive };

/// One call of a mapping's function, or the end of a batch that is given up without another call. A skipped
/// batch has not failed.
struct Invocation {
    /// 1 for the mapping's first invocation since its start.
    std::uint64_t number = 0;
    InvocationCause cause = InvocationCause::stream;
    Timestamp time = {};
    std::chrono::microseconds duration{0};
    std::shared_ptr<const EventBatch> batch;
    /// How often these records have been sent, including this time, since the last partial success: 1 for the
    /// first time, 0 if they were never sent.
    std::size_t attempt = 0;
    HandlerResult result;
    /// What went wrong; empty if nothing did. A function may return and still have failed, because it can
    /// report items.
    std::string error = {};
    DiscardCondition condition = DiscardCondition::none;

    bool has_failed() const { return !error.empty(); }
    /// 0 if the batch has no records, like the last one of a tumbling window.
    std::uint64_t first_sequence() const {
        return batch->records.empty() ? 0 : batch->records.front().sequence;
    }
    std::uint64_t last_sequence() const {
        return batch->records.empty() ? 0 : batch->records.back().sequence;
    }
};

/// A range of records by sequence number, including both ends.
struct SequenceRange {
    std::uint64_t from;
    std::uint64_t to;
};
inline constexpr SequenceRange every_record{0, std::numeric_limits<std::uint64_t>::max()};

/// The result of replay() or redrive().
struct Resending {
    /// A batch whose call failed.
    struct Failure {
        SequenceRange range;
        std::size_t records = 0;
        std::string error = {};
    };
    static constexpr std::size_t max_failures_told = 100;

    std::size_t batches = 0;
    std::size_t records = 0;
    std::size_t failures = 0;
    /// The first calls that failed, at most max_failures_told.
    std::vector<Failure> told_failures = {};
    /// The error of the last call that failed; empty if none did.
    std::string last_error = {};
    /// Why some records were not sent; empty if all were.
    std::string reason = {};

    void add(const Invocation& invocation);
};

}  // namespace tailrace::stream
