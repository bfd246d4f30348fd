#include "stream/handler/event_batch.hpp"

#include <boost/json.hpp>
#include <cstdint>

#include "engine/model/json_text.hpp"
#include "engine/model/sequence_number.hpp"
#include "engine/operation/resource_arn.hpp"

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

constexpr std::string_view creation_time_name = "\"ApproximateCreationDateTime\":";

/// Returns the position just after a record's ApproximateCreationDateTime if that is a whole number, else
/// npos. The time is the first member of "dynamodb", and nothing before it contains a client's text.
std::size_t end_of_creation_time(std::string_view record_json) {
    const std::size_t name = record_json.find(creation_time_name);
    if (name == std::string_view::npos) return name;
    const std::size_t number = name + creation_time_name.size();
    const std::size_t end = record_json.find_first_not_of("0123456789", number);
    return end != std::string_view::npos && end > number && record_json[end] == ',' ? end
                                                                                    : std::string_view::npos;
}

/// Appends the record without its closing brace. Lambda sends the time as a floating-point number, which
/// Python shows to a function as 1795876375.0. The Streams API sends whole seconds.
void append_for_lambda(std::string& text, std::string_view record_json) {
    record_json.remove_suffix(1);
    const std::size_t end = end_of_creation_time(record_json);
    if (end == std::string_view::npos) {
        text.append(record_json);
    } else {
        text.append(record_json.substr(0, end)).append(".0").append(record_json.substr(end));
    }
}

/// Changes the record's time to whole seconds, as in the Streams API.
void use_whole_seconds(json::value& record) {
    json::error_code error;
    json::value* time = record.find_pointer("/dynamodb/ApproximateCreationDateTime", error);
    if (time == nullptr || !time->is_double()) return;
    const auto seconds = time->to_number<std::int64_t>(error);
    if (!error) *time = seconds;
}

std::string source_member(const std::string& stream_arn) {
    return ",\"eventSourceARN\":" + json::serialize(json::string(stream_arn)) + "}";
}

}  // namespace

std::string EventBatch::records_json(std::string_view separator) const {
    const std::string source = source_member(stream_arn);
    std::string text;
    for (const EventRecord& record : records) {
        if (!text.empty()) text.append(separator);
        text.append(record.json, 0, record.json.size() - 1).append(source);
    }
    return text;
}

std::string EventBatch::event_json() const {
    const std::string source = source_member(stream_arn);
    std::string event = "{\"Records\":[";
    for (const EventRecord& record : records) {
        if (&record != records.data()) event.append(",");
        append_for_lambda(event, record.json);
        event.append(source);
    }
    event.append("]");
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
        const auto sequence = parse_sequence(number->get_string());
        if (!sequence) return std::nullopt;
        const json::value* arn = record.get_object().if_contains("eventSourceARN");
        if (arn != nullptr && arn->is_string()) batch.stream_arn = arn->get_string();
        record.get_object().erase("eventSourceARN");
        use_whole_seconds(record);
        batch.records.push_back({*sequence, json::serialize(record)});
    }
    const auto arn = operation::ResourceArn::parse(batch.stream_arn);
    if (arn) batch.table_name = arn->table;
    return batch;
}

}  // namespace tailrace::stream
