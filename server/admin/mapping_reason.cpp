#include "server/admin/mapping_reason.hpp"

namespace tailrace::server {
namespace {

using stream::MappingStatus;

std::string call(const MappingStatus& status, const std::string& what) {
    return "POST /_tailrace/mappings/" + status.id + "/" + what;
}

std::string moment(const MappingStatus& status, Timestamp time) {
    return moment_text(time, status.clock_stands_still);
}

std::string retry_reason(const MappingStatus& status) {
    if (!status.retry) return "its function is being called";
    const std::string failed =
        "its function failed in attempt " + std::to_string(status.retry->attempts) + ": " + status.last_error;
    if (!status.retry->next_try) return failed + "; it is being called again";
    return failed + "; it will be called again " + moment(status, *status.retry->next_try) + "; " +
           call(status, "skip") + " gives the batch up";
}

std::string missing_table_reason(const MappingStatus& status) {
    std::string reason = "there is no table " + status.table_name;
    if (!status.source.similar_table.empty()) reason += "; did you mean " + status.source.similar_table + "?";
    return reason;
}

}  // namespace

std::string moment_text(Timestamp time, bool clock_stands_still) {
    if (!clock_stands_still) return "at " + iso_time(time);
    return "when the clock reaches " + iso_time(time) + " (move it with POST /_tailrace/clock)";
}

std::string reason_of(const MappingStatus& status) {
    switch (status.state) {
        case stream::MappingState::waiting_for_stream:
            return missing_table_reason(status);
        case stream::MappingState::table_has_no_stream:
            return "the table " + status.table_name + " has no stream; UpdateTable enables one";
        case stream::MappingState::handling:
            return "its function is being called";
        case stream::MappingState::resending:
            return "records are being sent again, in a replay or a redrive";
        case stream::MappingState::retrying:
            return retry_reason(status);
        case stream::MappingState::error:
            return status.fault->reason + "; it will try again " + moment(status, status.fault->next_try);
        case stream::MappingState::paused:
            return "it is paused; " + call(status, "resume") + " continues it";
        case stream::MappingState::disabled:
            return "it is disabled; UpdateEventSourceMapping enables it";
        case stream::MappingState::unstarted:
            return "it cannot be started: " + status.start_error;
        case stream::MappingState::idle:
            break;
    }
    if (status.waits_until)
        return "it is collecting a batch, which will be sent " + moment(status, *status.waits_until);
    return status.lag.value_or(0) > 0 ? "it has not read everything yet" : "";
}

std::string reason_for_no_batch(const MappingStatus& status) {
    switch (status.state) {
        case stream::MappingState::idle:
        case stream::MappingState::paused:
        case stream::MappingState::disabled:
        case stream::MappingState::resending:
            // Records that exist now were written or put back after the check.
            return status.lag.value_or(0) == 0 ? "every record of its stream is handled"
                                               : "there was no batch; there may be one by now";
        default:
            return reason_of(status);
    }
}

}  // namespace tailrace::server
