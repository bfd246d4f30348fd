#include "stream/mapping/failure/failure_reports.hpp"

#include <boost/json.hpp>
#include <exception>

#include "engine/model/sequence_number.hpp"
#include "stream/mapping/failure/failure_record.hpp"

namespace tailrace::stream {
namespace {

std::string counted(std::size_t number, const std::string& noun) {
    return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

/// Returns "000…1 to 000…2 of the shard shardId-…". Records of a replay may come from several shards.
std::string range_of(std::uint64_t first, std::uint64_t last, const std::string& shard_id) {
    const std::string range = sequence_text(first) + " to " + sequence_text(last);
    return shard_id.empty() ? range : range + " of the shard " + shard_id;
}

/// "2 records, 000…1 to 000…2 of the shard shardId-…"
std::string records_of(const EventBatch& batch) {
    return counted(batch.records.size(), "record") + ", " +
           range_of(batch.records.front().sequence, batch.records.back().sequence, batch.shard_id);
}

std::string how_to_redrive(const std::string& id) {
    return "POST /_tailrace/mappings/" + id + "/redrive sends them again";
}

}  // namespace

void FailureReports::tell(const Subject& subject, const Discard& discard, const std::string& reason,
                          const std::optional<DiscardedBatch>& dropped) {
    std::string line =
        "the event source mapping " + subject.name + " gave up " + records_of(*discard.delivery.batch) +
        " after " + counted(discard.delivery.failures_in_a_row, "attempt") + " (" +
        std::string(name_of(discard.condition)) + "): " + reason + "; " + how_to_redrive(subject.id);
    if (!subject.destination && !subject.destination_name.empty())
        line += "; there is no --destination for " + subject.destination_name;
    if (dropped) {
        line += "; only the last " + std::to_string(DiscardedBatches::max_batches) +
                " batches given up are kept; dropped: " +
                range_of(dropped->first_sequence, dropped->last_sequence, dropped->shard_id);
    }
    warn(line);
    if (subject.destination) deliver(subject, discard);
}

void FailureReports::tell_failed_call(const Subject& subject, const Invocation& invocation,
                                      const Delivery& next) {
    const EventBatch& batch = *invocation.batch;
    const std::string records =
        batch.records.empty() ? "the end of a window in the shard " + batch.shard_id : records_of(batch);
    warn("the event source mapping " + subject.name + " failed with " + records + " in attempt " +
         std::to_string(next.failures_in_a_row) + ": " + invocation.error + "; it will try again at " +
         iso_time(next.not_before) + "; POST /_tailrace/mappings/" + subject.id + "/skip gives them up");
}

void FailureReports::tell_failed_resend(const Subject& subject, const Invocation& invocation) {
    const bool is_redrive = invocation.cause == InvocationCause::redrive;
    warn("the event source mapping " + subject.name + " failed with " + records_of(*invocation.batch) +
         (is_redrive ? " in a redrive: " : " in a replay: ") + invocation.error +
         (is_redrive ? "; " + how_to_redrive(subject.id) : ""));
}

void FailureReports::tell_missing_stand_in(const Subject& subject) {
    warn("the event source mapping " + subject.name + " has the OnFailure destination " +
         subject.destination_name +
         ", and there is no --destination for it: batches that are given up are kept, "
         "and " +
         how_to_redrive(subject.id));
}

void FailureReports::deliver(const Subject& subject, const Discard& discard) {
    const EventBatch& batch = *discard.delivery.batch;
    const Timestamp now = clock_.now();
    try {
        FailedBatch failed;
        failed.record_json = boost::json::serialize(failure_record(discard, subject.function_arn, now));
        failed.event_json = batch.event_json();
        failed.object_key = failure_object_key(subject.id, batch.shard_id, now);
        subject.destination->deliver(failed);
        return;
    } catch (const std::exception& error) {
        const std::lock_guard lock(mutex_);
        ++status_.failures;
        status_.last_error = error.what();
        status_.last_error_time = now;
    }
    warn("the event source mapping " + subject.name + " could not report " + records_of(batch) +
         " to its destination " + subject.destination_name + ": " + status().last_error + "; " +
         how_to_redrive(subject.id));
}

DestinationStatus FailureReports::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

void FailureReports::warn(const std::string& line) const {
    if (warn_) warn_(line);
}

}  // namespace tailrace::stream
