#include "stream/dispatcher.hpp"
#include "engine/model/sequence_number.hpp"

#include <algorithm>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/storage/change_log.hpp"
#include "tests/catch.hpp"
#include "tests/stream/message_table.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using tests::MessageTable;
using Texts = std::vector<std::string>;

namespace {

constexpr std::chrono::minutes patience(1);

/// Records what a test's handlers receive. Must outlive them.
class Seen {
  public:
    void add(const EventBatch& batch) {
        const std::lock_guard lock(mutex_);
        batch_sizes_.push_back(batch.records.size());
        for (const EventRecord& record : batch.records) {
            const auto parsed = boost::json::parse(record.json);
            texts_.emplace_back(parsed.at("dynamodb").at("NewImage").at("message").at("S").as_string());
        }
    }
    Texts texts() {
        const std::lock_guard lock(mutex_);
        return texts_;
    }
    std::vector<std::size_t> batch_sizes() {
        const std::lock_guard lock(mutex_);
        return batch_sizes_;
    }

  private:
    std::mutex mutex_;
    Texts texts_;
    std::vector<std::size_t> batch_sizes_;
};

class Recorder final : public Handler {
  public:
    explicit Recorder(
        Seen& seen, std::function<HandlerResult()> answer = [] { return HandlerResult(); })
        : seen_(seen), answer_(std::move(answer)) {}
    HandlerResult handle(const EventBatch& batch) override {
        HandlerResult result = answer_();
        if (result.has_returned()) seen_.add(batch);
        return result;
    }

  private:
    Seen& seen_;
    std::function<HandlerResult()> answer_;
};

MappingOptions mapping(const std::string& handler_name, std::size_t batch_size = 100) {
    MappingOptions options;
    options.table_name = "messages";
    options.handler_name = handler_name;
    options.parameters.batch_size = batch_size;
    options.first_retry_wait = std::chrono::milliseconds(1);
    return options;
}

Texts numbered(int count) {
    Texts texts;
    for (int i = 0; i < count; ++i) texts.push_back(std::to_string(i));
    return texts;
}

void put_numbered(MessageTable& table, int from, int to) {
    for (int i = from; i < to; ++i) table.put_message("g", std::to_string(100'000 + i), std::to_string(i));
}

}  // namespace

TEST_CASE("records arrive once, in order, in batches of the size asked for", "[dispatcher]") {
    MessageTable table;
    table.create();
    put_numbered(table, 0, 25);
    Seen seen;
    Dispatcher dispatcher(table.engine());
    dispatcher.add(mapping("recorder", 10), std::make_shared<Recorder>(seen));
    CHECK(dispatcher.drain(patience).empty());
    CHECK(seen.texts() == numbered(25));
    CHECK(seen.batch_sizes() == std::vector<std::size_t>{10, 10, 5});
    put_numbered(table, 25, 40);
    CHECK(dispatcher.drain(patience).empty());
    CHECK(seen.texts() == numbered(40));
}

// --on-stream may name a table that the application creates later, and creates again.
TEST_CASE("a handler can be attached before the table exists and follows it when it is made again",
          "[dispatcher]") {
    MessageTable table;
    Seen seen;
    Dispatcher dispatcher(table.engine());
    dispatcher.add(mapping("recorder"), std::make_shared<Recorder>(seen));
    CHECK(dispatcher.drain(patience).empty());
    CHECK(dispatcher.statuses().at(0).state == MappingState::waiting_for_stream);
    table.create();
    put_numbered(table, 0, 3);
    table.call("DeleteTable", R"({"TableName":"messages"})");
    table.clock().advance(std::chrono::seconds(1));
    table.create();
    put_numbered(table, 3, 6);
    CHECK(dispatcher.drain(patience).empty());
    CHECK(seen.texts() == numbered(6));
}

TEST_CASE("mappings of one stream are independent of each other", "[dispatcher]") {
    MessageTable table;
    table.create();
    put_numbered(table, 0, 5);
    Seen first;
    Seen second;
    Dispatcher dispatcher(table.engine());
    dispatcher.add(mapping("first"), std::make_shared<Recorder>(first));
    dispatcher.add(mapping("second", 1), std::make_shared<Recorder>(second));
    CHECK_THROWS_WITH(dispatcher.add(mapping("second"), std::make_shared<Recorder>(second)),
                      "the handler 'second' is attached to the table 'messages' twice");
    CHECK(dispatcher.drain(patience).empty());
    CHECK(first.texts() == numbered(5));
    CHECK(second.texts() == numbered(5));
    CHECK(second.batch_sizes() == std::vector<std::size_t>(5, 1));
}

TEST_CASE("a batch that fails is tried again with all its records and holds up what follows",
          "[dispatcher]") {
    MessageTable table;
    table.create();
    put_numbered(table, 0, 4);
    Seen seen;
    int failures_left = 3;
    Dispatcher dispatcher(table.engine());
    dispatcher.add(mapping("recorder", 2), std::make_shared<Recorder>(seen, [&] {
                       if (failures_left == 0) return HandlerResult();
                       --failures_left;
                       if (failures_left == 1) throw std::runtime_error("thrown");
                       return HandlerResult::failed("refused");
                   }));
    // The wait before a retry ends when the clock has moved far enough.
    while (!dispatcher.drain(std::chrono::milliseconds(1)).empty()) {
        table.clock().advance(std::chrono::seconds(1));
    }
    CHECK(seen.texts() == numbered(4));
    CHECK(seen.batch_sizes() == std::vector<std::size_t>{2, 2});
    const MappingStatus status = dispatcher.statuses().at(0);
    CHECK(status.batches == 5);
    CHECK(status.failures == 3);
    CHECK(status.records == 4);
    CHECK(status.last_error == "refused");
    CHECK(status.lag == 0);
    CHECK(status.state == MappingState::idle);
}

TEST_CASE("drain names what is stuck", "[dispatcher]") {
    MessageTable table;
    table.create();
    put_numbered(table, 0, 2);
    Seen seen;
    Dispatcher dispatcher(table.engine());
    dispatcher.add(mapping("stuck"),
                   std::make_shared<Recorder>(seen, [] { return HandlerResult::failed("never"); }));
    CHECK(dispatcher.drain(std::chrono::milliseconds(1)) == Texts{"messages/stuck"});
    CHECK(dispatcher.statuses().at(0).lag == 2);
}

// What functions write is waited for, too.
TEST_CASE("a settle ends when no function has anything left to do", "[dispatcher]") {
    MessageTable table;
    table.create();
    Seen seen;
    int written = 1;
    Dispatcher dispatcher(table.engine());
    dispatcher.add(mapping("writer"), std::make_shared<Recorder>(seen, [&] {
                       if (written < 20) {
                           put_numbered(table, written, written + 1);
                           ++written;
                       }
                       return HandlerResult();
                   }));
    put_numbered(table, 0, 1);
    CHECK(dispatcher.settle(patience).empty());
    CHECK(seen.texts() == numbered(20));
}

TEST_CASE("a drain and a settle can be for one table", "[dispatcher]") {
    MessageTable table;
    table.create();
    Seen seen;
    Dispatcher dispatcher(table.engine());
    dispatcher.find(dispatcher.add(mapping("stuck"), std::make_shared<Recorder>(seen)))->pause();
    put_numbered(table, 0, 1);
    CHECK(dispatcher.drain(patience) == Texts{"messages/stuck"});
    CHECK(dispatcher.drain(patience, {}, "messages") == Texts{"messages/stuck"});
    CHECK(dispatcher.drain(patience, {}, "others").empty());
    CHECK(dispatcher.settle(patience, {}, "messages") == Texts{"messages/stuck"});
    CHECK(dispatcher.settle(patience, {}, "others").empty());
}

// A restart repeats no batch that was handled.
TEST_CASE("a mapping continues where it was after the file is reopened", "[dispatcher]") {
    const tests::TemporaryFolder folder;
    const std::string path = folder.path("data.db");
    Seen seen;
    {
        MessageTable table(path);
        table.create();
        put_numbered(table, 0, 3);
        Dispatcher dispatcher(table.engine());
        dispatcher.add(mapping("recorder"), std::make_shared<Recorder>(seen));
        CHECK(dispatcher.drain(patience).empty());
    }
    MessageTable table(path);
    put_numbered(table, 3, 5);
    Dispatcher dispatcher(table.engine());
    dispatcher.add(mapping("recorder"), std::make_shared<Recorder>(seen));
    CHECK(dispatcher.drain(patience).empty());
    CHECK(seen.texts() == numbered(5));
    CHECK(sequence_text(dispatcher.statuses().at(0).position.sequence) == "100000000000000000005");
}
