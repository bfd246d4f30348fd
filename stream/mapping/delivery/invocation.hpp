#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stream/handler/event_batch.hpp"
#include "stream/handler/handler.hpp"

namespace tailrace::stream {

/// Why a batch was given up; `none` where it was not. The first two reasons are Lambda's. Of the others, one
/// is for a batch that failed before its table was deleted and created again, and one for a request to skip
/// it.
enum class DiscardCondition { none, retry_attempts_exhausted, record_age_exceeded, table_replaced, skipped };

/// "RetryAttemptsExhausted", "RecordAgeExceeded", "TableReplaced", "Skipped" or empty.
std::string_view name_of(DiscardCondition condition);

/// What a call of the function was for.
enum class InvocationCause { stream, replay, redrive };

/// One call of a mapping's function, or the end of a batch that is given up without another. One that is
/// skipped has not failed.
struct Invocation {
    /// 1 for the mapping's first since its start.
    std::uint64_t number = 0;
    InvocationCause cause = InvocationCause::stream;
    Timestamp time = {};
    std::chrono::microseconds duration{0};
    std::shared_ptr<const EventBatch> batch;
    /// How often these records have been sent, this time included, counted from the last attempt that was a
    /// success in part: 1 for the first time, 0 if they never were.
    std::size_t attempt = 0;
    HandlerResult result;
    /// What went wrong; empty when nothing did. A function may return and have failed: it can report items.
    std::string error = {};
    DiscardCondition condition = DiscardCondition::none;

    bool has_failed() const { return !error.empty(); }
    /// 0 where the batch has no records, as the last one of a tumbling window.
    std::uint64_t first_sequence() const {
        return batch->records.empty() ? 0 : batch->records.front().sequence;
    }
    std::uint64_t last_sequence() const {
        return batch->records.empty() ? 0 : batch->records.back().sequence;
    }
};

/// Records by their sequence numbers, both included.
struct SequenceRange {
    std::uint64_t from;
    std::uint64_t to;
};

/// What replay() or redrive() did.
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
    /// The first calls that failed.
    std::vector<Failure> told_failures = {};
    /// Of the last call that failed; empty if none did.
    std::string last_error = {};
    /// Why there are records that were not sent; empty if there are none.
    std::string reason = {};

    void add(const Invocation& invocation);
};

}  // namespace tailrace::stream
