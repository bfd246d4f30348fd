#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailrace::stream {

/// One record of a stream as a handler gets it.
struct EventRecord {
    std::uint64_t sequence = 0;
    /// The record in the wire format of GetRecords, without eventSourceARN.
    std::string json;
};

/// What a handler is called with: records of one table's stream, in the order of their commits, at least one.
struct EventBatch {
    std::string table_name;
    std::string stream_arn;
    std::vector<EventRecord> records;

    /// Lambda's event: {"Records": […]}, each record with its eventSourceARN.
    /// Source: "Using AWS Lambda with Amazon DynamoDB", example event.
    std::string event_json() const;
};

/// What became of a batch. A failure is retried with the whole batch, as Lambda does.
struct HandlerResult {
    /// Nothing when every record was handled; else what went wrong, for people.
    std::optional<std::string> error;
};

/// What runs behind a stream. Called from one thread, one batch after the other, after the commits that made
/// the records and with no lock held; it may call the engine. What it throws counts as a failure with the
/// exception's text.
class Handler {
  public:
    virtual ~Handler() = default;
    virtual HandlerResult handle(const EventBatch& batch) = 0;
};

}  // namespace tailrace::stream
