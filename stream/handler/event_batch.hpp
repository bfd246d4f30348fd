#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"

namespace tailrace::stream {

/// One stream record, as a handler receives it.
struct EventRecord {
    std::uint64_t sequence = 0;
    /// The record in the wire format of GetRecords, without eventSourceARN.
    std::string json;
    /// When the change was made.
    Timestamp time = {};
};

/// The tumbling window of a batch. Source: "Using AWS Lambda with Amazon DynamoDB", tumbling windows.
struct TumblingWindow {
    Timestamp start;
    Timestamp end;
    /// What the function returned for the previous batch of the window; "{}" at first.
    std::string state_json = "{}";
    bool is_final = false;
    bool is_terminated_early = false;
};

/// The input of a handler: records of one table's stream, in commit order. There is at least one, except in
/// the last call of a tumbling window.
struct EventBatch {
    std::string table_name;
    std::string stream_arn;
    std::vector<EventRecord> records;
    std::string shard_id = {};
    std::optional<TumblingWindow> window = std::nullopt;

    /// Returns the records in the format of the Streams API, each with its eventSourceARN, joined by
    /// `separator`.
    std::string records_json(std::string_view separator) const;

    /// Returns Lambda's event: {"Records": […]}. Each record has its eventSourceARN, and its
    /// ApproximateCreationDateTime is a floating-point number. If there is a window, its members follow.
    /// Source: "Using AWS Lambda with Amazon DynamoDB", example event.
    std::string event_json() const;

    /// Returns the batch that an event describes, or nullopt if the event is not a batch of records.
    static std::optional<EventBatch> from_event_json(std::string_view event_json);
};

}  // namespace tailrace::stream
