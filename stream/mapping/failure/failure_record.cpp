#include "stream/mapping/failure/failure_record.hpp"

#include <algorithm>
#include <cstddef>

#include "engine/model/sequence_number.hpp"
#include "engine/model/uuid.hpp"
#include "stream/handler/lambda_arn.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

json::object response_context(const HandlerResult& result, const std::string& function_arn) {
    // A function that returned and named failed items had no error of its own. AWS shows null in this case.
    const bool has_error = result.outcome == CallOutcome::function_error;
    return {{"statusCode", 200},
            {"executedVersion", FunctionReference::parse(function_arn).executed_version()},
            {"functionError", has_error ? json::value("Unhandled") : json::value(nullptr)}};
}

json::object batch_info(const EventBatch& batch) {
    const EventRecord& first = batch.records.front();
    const EventRecord& last = batch.records.back();
    return {{"shardId", batch.shard_id},
            {"startSequenceNumber", sequence_text(first.sequence)},
            {"endSequenceNumber", sequence_text(last.sequence)},
            {"approximateArrivalOfFirstRecord", iso_time_in_seconds(first.time)},
            {"approximateArrivalOfLastRecord", iso_time_in_seconds(last.time)},
            {"batchSize", batch.records.size()},
            {"streamArn", batch.stream_arn}};
}

}  // namespace

json::object failure_record(const Discard& discard, const std::string& function_arn, Timestamp now) {
    const Delivery& delivery = discard.delivery;
    const std::string& request_id = delivery.last_result.request_id;
    json::object record;
    record["requestContext"] =
        json::object{{"requestId", request_id.empty() ? make_uuid() : request_id},
                     {"functionArn", function_arn},
                     {"condition", name_of(discard.condition)},
                     {"approximateInvokeCount", std::max<std::size_t>(delivery.invocations, 1)}};
    if (discard.condition != DiscardCondition::record_age_exceeded) {
        record["responseContext"] = response_context(delivery.last_result, function_arn);
    }
    record["version"] = "1.0";
    record["timestamp"] = iso_time(now);
    record["DDBStreamBatchInfo"] = batch_info(*delivery.batch);
    return record;
}

std::string failure_object_key(const std::string& mapping_id, const std::string& shard_id, Timestamp now) {
    constexpr std::size_t day_length = 10;
    // "2026-01-31T12:00:00Z"
    std::string time = iso_time_in_seconds(now);
    time.pop_back();
    std::ranges::replace(time, ':', '.');
    std::string day = time.substr(0, day_length);
    std::ranges::replace(day, '-', '/');
    return "aws/lambda/" + mapping_id + "/" + shard_id + "/" + day + "/" + time + "-" + make_uuid();
}

}  // namespace tailrace::stream
