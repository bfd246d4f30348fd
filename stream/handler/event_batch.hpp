#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"

namespace tailrace::stream {

/// One record of a stream as a handler gets it.
struct EventRecord {
    std::uint64_t sequence = 0;
    /// The record in the wire format of GetRecords, without eventSourceARN.
    std::string json;
    /// When the change was made.
    Timestamp time = {};
};

/// What a batch of a tumbling window knows of its window. Source: "Using AWS Lambda with Amazon DynamoDB",
/// tumbling windows.
struct TumblingWindow {
    Timestamp start;
    Timestamp end;
    /// What the function returned for the window's batch before this one; "{}" at first.
    std::string state_json = "{}";
    bool is_final = false;
    bool is_terminated_early = false;
};

/// What a handler is called with: records of one table's stream, in the order of their commits. At least one,
/// but for the last call of a tumbling window.
struct EventBatch {
    std::string table_name;
    std::string stream_arn;
    std::vector<EventRecord> records;
    std::string shard_id = {};
    std::optional<TumblingWindow> window = std::nullopt;

    /// The records as the Streams API has them, each with its eventSourceARN, and what separates them between
    /// them.
    std::string records_json(std::string_view separator) const;

    /// Lambda's event: {"Records": […]}, each record with its eventSourceARN and with its
    /// ApproximateCreationDateTime as a floating point number, and the window's members when there is one.
    /// Source: "Using AWS Lambda with Amazon DynamoDB", example event.
    std::string event_json() const;

    /// The batch that an event describes; nothing when it is none.
    static std::optional<EventBatch> from_event_json(std::string_view event_json);
};

}  // namespace tailrace::stream
