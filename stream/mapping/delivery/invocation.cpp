#include "stream/mapping/delivery/invocation.hpp"

namespace tailrace::stream {

std::string_view name_of(DiscardCondition condition) {
    switch (condition) {
        case DiscardCondition::none:
            return "";
        case DiscardCondition::retry_attempts_exhausted:
            return "RetryAttemptsExhausted";
        case DiscardCondition::record_age_exceeded:
            return "RecordAgeExceeded";
        case DiscardCondition::table_replaced:
            return "TableReplaced";
        case DiscardCondition::skipped:
            return "Skipped";
    }
    return "";
}

void Resending::add(const Invocation& invocation) {
    ++batches;
    records += invocation.batch->records.size();
    if (!invocation.has_failed()) return;
    ++failures;
    last_error = invocation.error;
    if (told_failures.size() == max_failures_told) return;
    told_failures.push_back({{invocation.first_sequence(), invocation.last_sequence()},
                             invocation.batch->records.size(),
                             invocation.error});
}

}  // namespace tailrace::stream
