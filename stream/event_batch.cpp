#include "stream/event_batch.hpp"

#include <boost/json.hpp>

#include "engine/model/json_text.hpp"
#include "engine/operation/resource_arn.hpp"
#include "engine/storage/change_log.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

void append_window(std::string& event, const EventBatch& batch) {
    const TumblingWindow& window = *batch.window;
    event.append(",\"window\":{\"start\":\"").append(iso_time_in_seconds(window.start));
    event.append("\",\"end\":\"").append(iso_time_in_seconds(window.end));
    event.append("\"},\"state\":").append(window.state_json);
    event.append(",\"shardId\":").append(json::serialize(json::string(batch.shard_id)));
    event.append(",\"eventSourceARN\":").append(json::serialize(json::string(batch.stream_arn)));
    event.append(",\"isFinalInvokeForWindow\":").append(window.is_final ? "true" : "false");
    event.append(",\"isWindowTerminatedEarly\":").append(window.is_terminated_early ? "true" : "false");
}

}  // namespace

std::string EventBatch::records_json(std::string_view separator) const {
    const std::string source = ",\"eventSourceARN\":" + json::serialize(json::string(stream_arn)) + "}";
    std::string text;
    for (const EventRecord& record : records) {
        if (!text.empty()) text.append(separator);
        text.append(record.json, 0, record.json.size() - 1).append(source);
    }
    return text;
}

std::string EventBatch::event_json() const {
    std::string event = "{\"Records\":[" + records_json(",") + "]";
    if (window) append_window(event, *this);
    return event.append("}");
}

std::optional<EventBatch> EventBatch::from_event_json(std::string_view event_json) {
    json::error_code error;
    json::value event = parse_json(event_json, error);
    json::value* records = error || !event.is_object() ? nullptr : event.get_object().if_contains("Records");
    if (records == nullptr || !records->is_array() || records->get_array().empty()) return std::nullopt;
    EventBatch batch;
    batch.records.reserve(records->get_array().size());
    for (json::value& record : records->get_array()) {
        const json::value* number = record.find_pointer("/dynamodb/SequenceNumber", error);
        if (number == nullptr || !number->is_string()) return std::nullopt;
        const auto sequence = storage::parse_sequence(number->get_string());
        if (!sequence) return std::nullopt;
        const json::value* arn = record.get_object().if_contains("eventSourceARN");
        if (arn != nullptr && arn->is_string()) batch.stream_arn = arn->get_string();
        record.get_object().erase("eventSourceARN");
        batch.records.push_back({*sequence, json::serialize(record)});
    }
    const auto arn = operation::ResourceArn::parse(batch.stream_arn);
    if (arn) batch.table_name = arn->table;
    return batch;
}

}  // namespace tailrace::stream
