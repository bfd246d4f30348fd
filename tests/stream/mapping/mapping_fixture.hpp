#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/model/sequence_number.hpp"
#include "engine/storage/change_log.hpp"
#include "engine/table/changes/stream_lifecycle.hpp"
#include "engine/table/database.hpp"
#include "stream/dispatcher.hpp"
#include "tests/stream/message_table.hpp"

namespace tailrace::tests {

using Texts = std::vector<std::string>;

/// A generous limit: nothing that works takes this long.
constexpr std::chrono::minutes patience(1);

/// The messages of a batch that MessageTable::put_message wrote: "0 1 2".
inline std::string messages_of(const stream::EventBatch& batch) {
    std::string text;
    for (const stream::EventRecord& record : batch.records) {
        const auto parsed = boost::json::parse(record.json);
        if (!text.empty()) text.push_back(' ');
        text.append(parsed.at("dynamodb").at("NewImage").at("message").at("S").as_string());
    }
    return text;
}

/// A function that answers as the test wants and records its calls.
class Scripted final : public stream::Handler {
  public:
    using Answer = std::function<stream::HandlerResult(const stream::EventBatch&)>;
    explicit Scripted(Answer answer = [](const stream::EventBatch&) { return stream::HandlerResult(); })
        : answer_(std::move(answer)) {}

    stream::HandlerResult handle(const stream::EventBatch& batch) override {
        {
            const std::lock_guard lock(mutex_);
            calls_.push_back(messages_of(batch));
            events_.push_back(batch.event_json());
        }
        return answer_(batch);
    }

    /// The messages of each call.
    Texts calls() {
        const std::lock_guard lock(mutex_);
        return calls_;
    }
    /// The event of each call.
    Texts events() {
        const std::lock_guard lock(mutex_);
        return events_;
    }

  private:
    const Answer answer_;
    std::mutex mutex_;
    Texts calls_;
    Texts events_;
};

/// The answer of a function that always fails.
inline stream::HandlerResult refused(const stream::EventBatch&) {
    return stream::HandlerResult::failed("refused");
}

inline stream::MappingOptions mapping_of_messages(stream::MappingParameters parameters = {}) {
    stream::MappingOptions options;
    options.table_name = "messages";
    options.handler_name = "scripted";
    options.parameters = std::move(parameters);
    return options;
}

/// Puts the messages `from` to `to` - 1, one item each.
inline void put_messages(MessageTable& table, int from, int to) {
    constexpr int same_width = 100'000;
    for (int i = from; i < to; ++i) {
        table.put_message("g", std::to_string(same_width + i), std::to_string(i));
    }
}

/// A paused mapping of a new table; the test runs it step by step.
class SteppedMapping {
  public:
    explicit SteppedMapping(
        stream::MappingParameters parameters,
        Scripted::Answer answer = [](const stream::EventBatch&) { return stream::HandlerResult(); },
        stream::DispatcherOptions options = {})
        : function(std::make_shared<Scripted>(std::move(answer))) {
        table.create();
        dispatcher = std::make_unique<stream::Dispatcher>(table.engine(), std::move(options));
        id = dispatcher->add(mapping_of_messages(std::move(parameters)), function);
        dispatcher->find(id)->pause();
    }

    /// Sends the next batch and returns its messages, or "-" if there is none.
    std::string step() {
        const auto invocation = dispatcher->find(id)->step();
        return invocation ? messages_of(*invocation->batch) : "-";
    }
    stream::MappingStatus status() { return dispatcher->find(id)->status(); }

    MessageTable table;
    std::shared_ptr<Scripted> function;
    std::unique_ptr<stream::Dispatcher> dispatcher;
    std::string id;
};

inline std::string stream_arn(MessageTable& table) {
    const auto described = table.call("DescribeTable", R"({"TableName":"messages"})");
    return std::string(described.at("Table").at("LatestStreamArn").as_string());
}

/// Splits the only shard of the stream, or its first open one.
inline void split_shard(MessageTable& table) {
    const std::string arn = stream_arn(table);
    table.engine().database().write([&](table::WriteSession& session) {
        table::split_shard(session, arn, "");
        return true;
    });
}

/// The sequence number of a database's n-th change, as the API writes it.
inline std::string sequence_of(std::uint64_t n) {
    return sequence_text(n);
}

}  // namespace tailrace::tests
