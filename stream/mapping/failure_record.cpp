#include "stream/mapping/failure_record.hpp"

#include <array>
#include <cstdio>
#include <ctime>

#include "engine/operation/table_settings.hpp"
#include "engine/storage/change_log.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

std::string date_time(Timestamp time) {
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    return {text.data(), size};
}

/// "2019-11-14T00:38:06.021Z"
std::string with_milliseconds(Timestamp time) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(time);
    const auto part = std::chrono::floor<std::chrono::milliseconds>(time - whole).count();
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), ".%03dZ", static_cast<int>(part));
    return date_time(time) + text.data();
}

json::object response_context(const HandlerResult& result) {
    json::object context{{"statusCode", 200}, {"executedVersion", "$LATEST"}};
    // A function that returned, and named items that failed, had no error of its own.
    if (result.outcome == CallOutcome::function_error) context["functionError"] = "Unhandled";
    return context;
}

json::object batch_info(const EventBatch& batch) {
    const EventRecord& first = batch.records.front();
    const EventRecord& last = batch.records.back();
    return {{"shardId", batch.shard_id},
            {"startSequenceNumber", storage::sequence_text(first.sequence)},
            {"endSequenceNumber", storage::sequence_text(last.sequence)},
            {"approximateArrivalOfFirstRecord", date_time(first.time) + "Z"},
            {"approximateArrivalOfLastRecord", date_time(last.time) + "Z"},
            {"batchSize", batch.records.size()},
            {"streamArn", batch.stream_arn}};
}

}  // namespace

json::object failure_record(const Discard& discard, const std::string& function_arn, Timestamp now) {
    const Delivery& delivery = discard.delivery;
    const std::string& request_id = delivery.last_result.request_id;
    json::object record;
    record["requestContext"] =
        json::object{{"requestId", request_id.empty() ? operation::make_uuid() : request_id},
                     {"functionArn", function_arn},
                     {"condition", name_of(discard.condition)},
                     {"approximateInvokeCount", delivery.invocations}};
    if (delivery.invocations > 0) record["responseContext"] = response_context(delivery.last_result);
    record["version"] = "1.0";
    record["timestamp"] = with_milliseconds(now);
    record["DDBStreamBatchInfo"] = batch_info(*delivery.batch);
    return record;
}

}  // namespace tailrace::stream
