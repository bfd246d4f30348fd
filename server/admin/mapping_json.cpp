#include "server/admin/mapping_json.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "engine/model/json_text.hpp"
#include "engine/model/sequence_number.hpp"
#include "server/admin/mapping_reason.hpp"
#include "server/admin/text_or_null.hpp"
#include "stream/mapping/parameters/mapping_configuration.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

json::value sequence_or_null(std::uint64_t sequence) {
    return sequence == 0 ? json::value(nullptr) : json::value(sequence_text(sequence));
}

std::string_view name_of(stream::MappingState state) {
    switch (state) {
        case stream::MappingState::waiting_for_stream:
            return "WaitingForStream";
        case stream::MappingState::table_has_no_stream:
            return "TableHasNoStream";
        case stream::MappingState::idle:
            return "Idle";
        case stream::MappingState::handling:
            return "Handling";
        case stream::MappingState::resending:
            return "Resending";
        case stream::MappingState::retrying:
            return "Retrying";
        case stream::MappingState::error:
            return "Error";
        case stream::MappingState::paused:
            return "Paused";
        case stream::MappingState::disabled:
            return "Disabled";
        case stream::MappingState::unstarted:
            return "NotStarted";
    }
    return "";
}

std::string_view outcome_of(const stream::Invocation& invocation) {
    if (invocation.condition == stream::DiscardCondition::skipped) return "Skipped";
    switch (invocation.result.outcome) {
        case stream::CallOutcome::returned:
            return "Returned";
        case stream::CallOutcome::function_error:
            return "FunctionError";
        case stream::CallOutcome::not_invoked:
            return "NotInvoked";
    }
    return "";
}

std::string_view name_of(stream::InvocationCause cause) {
    switch (cause) {
        case stream::InvocationCause::stream:
            return "Stream";
        case stream::InvocationCause::replay:
            return "Replay";
        case stream::InvocationCause::redrive:
            return "Redrive";
    }
    return "";
}

json::value lag_of(const stream::MappingStatus& status) {
    return status.lag ? json::value(*status.lag) : json::value(nullptr);
}

/// Returns the age of the oldest record that is not handled yet, as CloudWatch's IteratorAge does: 0 if there
/// is no such record, and null if that is not known.
json::value iterator_age_of(const stream::MappingStatus& status) {
    if (status.lag == 0) return 0;
    if (!status.oldest_waiting) return nullptr;
    const auto age = std::max(status.now - *status.oldest_waiting, std::chrono::microseconds(0));
    return std::chrono::floor<std::chrono::milliseconds>(age).count();
}

json::array shards_of(const stream::MappingStatus& status) {
    json::array shards;
    for (const stream::ShardStatus& shard : status.shards) {
        json::object shown{{"StreamArn", shard.stream_arn},
                           {"ShardId", shard.shard_id},
                           {"Checkpoint", sequence_or_null(shard.sequence)},
                           {"Waiting", shard.waiting},
                           {"IsClosed", shard.is_closed}};
        // Only some databases have other processes.
        if (shard.is_elsewhere) shown["RunsElsewhere"] = true;
        shards.push_back(std::move(shown));
    }
    return shards;
}

/// Returns why a mapping cannot continue, or null if it can.
json::value fault_of(const stream::MappingStatus& status) {
    if (!status.fault) return nullptr;
    return json::object{{"Reason", status.fault->reason},
                        {"Tries", status.fault->tries},
                        {"NextTry", iso_time(status.fault->next_try)}};
}

json::value error_or_null(const std::string& message, Timestamp time) {
    if (message.empty()) return nullptr;
    return json::object{{"Time", iso_time(time)}, {"Message", message}};
}

/// Returns the batch that is being retried, or null if there is none.
json::value retry_of(const stream::MappingStatus& status) {
    if (!status.retry) return nullptr;
    const std::optional<Timestamp> next = status.retry->next_try;
    return json::object{{"Attempts", status.retry->attempts},
                        {"NextTry", next ? json::value(iso_time(*next)) : json::value(nullptr)}};
}

/// Returns what a function returned, as JSON if it is JSON, else as text.
json::value payload_of(const std::string& payload) {
    json::error_code error;
    json::value parsed = parse_json(payload, error);
    return error ? json::value(payload) : parsed;
}

}  // namespace

json::object to_json(const stream::MappingStatus& status) {
    return {{"Id", status.id},
            {"Name", status.name},
            {"TableName", status.table_name},
            {"Handler", status.handler_name},
            {"FunctionArn", status.function_arn},
            {"EventSourceArn", text_or_null(status.event_source_arn)},
            {"Parameters", stream::parameters_json(status.parameters)},
            {"State", name_of(status.state)},
            {"Reason", text_or_null(reason_of(status))},
            {"StreamArn", text_or_null(status.position.stream_arn)},
            {"Checkpoint", sequence_or_null(status.position.sequence)},
            {"Shards", shards_of(status)},
            {"Lag", lag_of(status)},
            {"IteratorAgeMs", iterator_age_of(status)},
            {"Batches", status.batches},
            {"Records", status.records},
            {"Failures", status.failures},
            {"Skipped", status.skipped},
            {"Filtered", status.filtered},
            {"GivenUp", status.given_up},
            {"LastError", error_or_null(status.last_error, status.last_error_time)},
            {"Retry", retry_of(status)},
            {"Fault", fault_of(status)},
            {"DestinationFailures", status.destination.failures},
            {"LastDestinationError",
             error_or_null(status.destination.last_error, status.destination.last_error_time)}};
}

json::object progress_json(const stream::MappingStatus& status) {
    return {{"Name", status.name},
            {"Id", status.id},
            {"State", name_of(status.state)},
            {"Reason", text_or_null(reason_of(status))},
            {"Lag", lag_of(status)},
            {"LastError", error_or_null(status.last_error, status.last_error_time)},
            {"Retry", retry_of(status)},
            {"Fault", fault_of(status)}};
}

json::object to_json(const stream::Invocation& invocation, ShownRecords records) {
    const double milliseconds = std::chrono::duration<double, std::milli>(invocation.duration).count();
    json::object object{{"Number", invocation.number},
                        {"Cause", name_of(invocation.cause)},
                        {"Time", iso_time(invocation.time)},
                        {"DurationInMilliseconds", milliseconds},
                        {"Attempt", invocation.attempt},
                        {"ShardId", text_or_null(invocation.batch->shard_id)},
                        {"RecordCount", invocation.batch->records.size()},
                        {"FirstSequenceNumber", sequence_or_null(invocation.first_sequence())},
                        {"LastSequenceNumber", sequence_or_null(invocation.last_sequence())},
                        {"Outcome", outcome_of(invocation)},
                        {"RequestId", text_or_null(invocation.result.request_id)},
                        {"Payload", payload_of(invocation.result.payload)},
                        {"Error", text_or_null(invocation.error)},
                        {"Log", text_or_null(invocation.result.log_tail)},
                        {"GivenUp", text_or_null(stream::name_of(invocation.condition))}};
    if (records == ShownRecords::whole) object["Event"] = payload_of(invocation.batch->event_json());
    return object;
}

json::object to_json(const stream::DiscardedBatch& batch) {
    json::object object{{"Time", nullptr},
                        {"ShardId", batch.shard_id},
                        {"FirstSequenceNumber", sequence_text(batch.first_sequence)},
                        {"LastSequenceNumber", sequence_text(batch.last_sequence)},
                        {"RecordCount", nullptr},
                        {"Attempts", nullptr},
                        {"GivenUp", nullptr},
                        {"Error", nullptr}};
    if (batch.cause) {
        object["Time"] = iso_time(batch.cause->time);
        object["RecordCount"] = batch.cause->records;
        object["Attempts"] = batch.cause->attempts;
        object["GivenUp"] = batch.cause->condition;
        object["Error"] = text_or_null(batch.cause->reason);
    }
    return object;
}

json::object to_json(const stream::Resending& resending) {
    json::object object{
        {"Batches", resending.batches}, {"Records", resending.records}, {"Failures", resending.failures}};
    if (resending.failures > 0) {
        json::array& failed = object["Failed"].emplace_array();
        for (const stream::Resending::Failure& each : resending.told_failures) {
            failed.push_back(json::object{{"FirstSequenceNumber", sequence_text(each.range.from)},
                                          {"LastSequenceNumber", sequence_text(each.range.to)},
                                          {"RecordCount", each.records},
                                          {"Error", each.error}});
        }
    }
    if (!resending.reason.empty()) object["Reason"] = resending.reason;
    return object;
}

}  // namespace tailrace::server
