#include <algorithm>
#include <condition_variable>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "tests/catch.hpp"
#include "tests/stream/mapping/mapping_fixture.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using namespace tailrace::tests;
using namespace std::chrono_literals;

namespace {

/// Makes the calls of a function wait for each other: none returns before `size` of them are present.
class Meeting {
  public:
    explicit Meeting(std::size_t size) : size_(size) {}

    void join() {
        std::unique_lock lock(mutex_);
        ++present_;
        met_.notify_all();
        met_.wait(lock, [this] { return present_ >= size_; });
    }

  private:
    const std::size_t size_;
    std::mutex mutex_;
    std::condition_variable met_;
    std::size_t present_ = 0;
};

/// For each item, the numbers of its messages in the order of arrival.
class Arrivals {
  public:
    void add(const EventBatch& batch) {
        const std::lock_guard lock(mutex_);
        for (const EventRecord& record : batch.records) {
            const auto parsed = boost::json::parse(record.json);
            const auto& image = parsed.at("dynamodb").at("NewImage");
            numbers_[std::string(image.at("sk").at("S").as_string())].push_back(
                std::stoi(std::string(image.at("message").at("S").as_string())));
        }
    }
    std::map<std::string, std::vector<int>> all() {
        const std::lock_guard lock(mutex_);
        return numbers_;
    }

  private:
    std::mutex mutex_;
    std::map<std::string, std::vector<int>> numbers_;
};

}  // namespace

// The calls wait for each other, so that the test ends only if four are in flight at once.
TEST_CASE("as many batches of a shard are under way as it has lanes", "[lanes]") {
    MessageTable table;
    table.create();
    MappingParameters parameters;
    parameters.parallelization_factor = 4;
    parameters.batch_size = 1;
    Meeting meeting(4);
    const auto function = std::make_shared<Scripted>([&](const EventBatch&) {
        meeting.join();
        return HandlerResult();
    });
    Dispatcher dispatcher(table.engine());
    dispatcher.add(mapping_of_messages(parameters), function);
    put_messages(table, 0, 40);
    CHECK(dispatcher.drain(patience).empty());
    CHECK(function->calls().size() == 40);
}

TEST_CASE("the shards of a stream are handled side by side", "[lanes]") {
    EngineOptions options;
    options.shards = 4;
    MessageTable table({}, options);
    table.create();
    Meeting meeting(2);
    const auto function = std::make_shared<Scripted>([&](const EventBatch&) {
        meeting.join();
        return HandlerResult();
    });
    Dispatcher dispatcher(table.engine());
    dispatcher.add(mapping_of_messages(), function);
    for (int i = 0; i < 40; ++i) table.put_message(std::to_string(i), "1", std::to_string(i));
    CHECK(dispatcher.drain(patience).empty());
    std::set<std::string> all;
    for (const std::string& call : function->calls()) {
        std::istringstream words(call);
        for (std::string word; words >> word;) CHECK(all.insert(word).second);
    }
    CHECK(all.size() == 40);
}

// The parent's batch is in flight when its children get records. The children's records are sent only after
// that batch is handled.
TEST_CASE("the children of a shard wait for their parent's batch in flight", "[lanes]") {
    Meeting meeting(2);
    SteppedMapping mapping({}, [&](const EventBatch&) {
        meeting.join();
        return HandlerResult();
    });
    put_messages(mapping.table, 0, 3);
    std::string first;
    std::thread stepping([&] { first = mapping.step(); });
    while (mapping.function->calls().empty()) mapping.dispatcher->drain(1ms);
    split_shard(mapping.table);
    put_messages(mapping.table, 3, 6);
    CHECK(mapping.step() == "-");
    CHECK(mapping.status().shards.size() == 3);
    meeting.join();
    stepping.join();
    CHECK(first == "0 1 2");
    CHECK(mapping.step() == "3 4 5");
}

// With writers and lanes at full speed every change arrives once, and those of an item in order.
TEST_CASE("nothing is lost or repeated and items keep their order while many write", "[lanes]") {
    constexpr int writers = 4;
    constexpr int rounds = 250;
    for (const std::size_t lanes : {1U, 10U}) {
        MessageTable table;
        table.create();
        MappingParameters parameters;
        parameters.parallelization_factor = lanes;
        parameters.batch_size = 7;
        Arrivals arrivals;
        Dispatcher dispatcher(table.engine());
        dispatcher.add(mapping_of_messages(parameters),
                       std::make_shared<Scripted>([&](const EventBatch& batch) {
                           arrivals.add(batch);
                           return HandlerResult();
                       }));
        std::vector<std::thread> threads;
        threads.reserve(writers);
        for (int writer = 0; writer < writers; ++writer) {
            threads.emplace_back([&, writer] {
                for (int i = 0; i < rounds; ++i) {
                    const int item = i % 10;
                    table.put_message("g", std::to_string(writer * 10 + item), std::to_string(i));
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        CHECK(dispatcher.drain(patience).empty());
        const auto all = arrivals.all();
        CHECK(all.size() == writers * 10);
        for (const auto& [item, numbers] : all) {
            CHECK(numbers.size() == rounds / 10);
            CHECK(std::ranges::is_sorted(numbers, std::ranges::less_equal()));
        }
        CHECK(dispatcher.statuses().at(0).position.sequence == writers * rounds);
    }
}

// Only the engine's clock decides when a batch is sent or sent again; moving it wakes the threads that wait.
TEST_CASE("the clock ends a batching window", "[lanes]") {
    MessageTable table;
    table.create();
    MappingParameters parameters;
    parameters.maximum_batching_window = 300s;
    const auto function = std::make_shared<Scripted>();
    Dispatcher dispatcher(table.engine());
    const std::string id = dispatcher.add(mapping_of_messages(parameters), function);
    put_messages(table, 0, 2);
    while (dispatcher.find(id)->status().shards.empty() ||
           dispatcher.find(id)->status().shards.at(0).waiting < 2) {
        dispatcher.drain(1ms);
    }
    CHECK(function->calls().empty());
    table.clock().advance(299s);
    CHECK(dispatcher.drain(1ms) == Texts{"messages/scripted"});
    table.clock().advance(1s);
    CHECK(dispatcher.drain(patience).empty());
    CHECK(function->calls() == Texts{"0 1"});
}

// The batch in flight ends as it began; later batches use the new parameters, and each record is sent once.
TEST_CASE("a change waits for the batch in flight", "[lanes]") {
    MessageTable table;
    table.create();
    MappingParameters parameters;
    parameters.batch_size = 1;
    Meeting meeting(2);
    const auto function = std::make_shared<Scripted>([&](const EventBatch&) {
        meeting.join();
        return HandlerResult();
    });
    Dispatcher dispatcher(table.engine());
    const std::string id = dispatcher.add(mapping_of_messages(parameters), function);
    put_messages(table, 0, 1);
    while (function->calls().empty()) dispatcher.drain(1ms);
    put_messages(table, 1, 4);
    parameters.batch_size = 3;
    dispatcher.find(id)->update(parameters);
    meeting.join();
    CHECK(dispatcher.drain(patience).empty());
    CHECK(function->calls() == Texts{"0", "1 2 3"});
}
