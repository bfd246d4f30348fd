#include <atomic>
#include <chrono>
#include <latch>
#include <stdexcept>
#include <string>

#include "server/harness/harness.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using namespace std::chrono_literals;
using tailrace::harness::FunctionBody;
using tailrace::harness::Harness;
using tailrace::harness::HarnessOptions;

namespace {

void put(Harness& harness, const std::string& table, const std::string& more = {}) {
    harness.call("PutItem", R"({"TableName":")" + table + R"(","Item":{"id":{"S":"a"})" + more + "}}");
}

std::int64_t count_of(Harness& harness, const std::string& table) {
    return harness.call("Scan", R"({"TableName":")" + table + R"("})").at("Count").as_int64();
}

/// A harness with the table "songs" and the function "listener" on its stream.
struct Songs {
    explicit Songs(stream::MappingParameters parameters = {}, const HarnessOptions& options = {})
        : Songs(std::move(parameters), options, FunctionBody()) {}
    Songs(stream::MappingParameters parameters, const HarnessOptions& options, FunctionBody body)
        : harness(options) {
        harness.create_table("songs", "id");
        harness.add_function("listener", std::move(body));
        id = harness.map("songs", "listener", std::move(parameters));
    }

    std::size_t calls() const { return harness.batches("listener").size(); }

    Harness harness;
    std::string id;
};

}  // namespace

// One function's writes are the next one's events.
TEST_CASE("one settle is enough for a chain of functions", "[settle]") {
    Harness harness;
    for (const char* table : {"first", "second", "third", "fourth"}) harness.create_table(table, "id");
    const auto pass_to = [&](const std::string& table) {
        return [&harness, table](const stream::EventBatch&) { put(harness, table); };
    };
    harness.add_function("to_second", pass_to("second"));
    harness.add_function("to_third", pass_to("third"));
    harness.add_function("to_fourth", pass_to("fourth"));
    harness.map("first", "to_second");
    harness.map("second", "to_third");
    harness.map("third", "to_fourth");
    put(harness, "first");
    CHECK(harness.settle().advanced == 0us);
    CHECK(count_of(harness, "fourth") == 1);
}

TEST_CASE("a settle moves the clock from retry to retry if it may", "[settle]") {
    int failures = 2;
    Songs songs({}, {.first_retry_wait = 100ms}, [&](const stream::EventBatch&) {
        if (failures-- > 0) throw std::runtime_error("not yet");
    });
    put(songs.harness, "songs");
    CHECK_THROWS_WITH(songs.harness.settle(), "not settled: songs/listener");
    const Timestamp start = songs.harness.clock().now();
    // The retries are due 100 ms from now and 200 ms after that, and the second is too far away.
    CHECK_THROWS_WITH(songs.harness.settle({.advance_at_most = 250ms}), "not settled: songs/listener");
    CHECK(songs.harness.clock().now() == start + 100ms);
    CHECK(songs.harness.settle({.advance_at_most = 200ms}).advanced == 200ms);
    CHECK(songs.calls() == 3);
    // Nothing is left that would need the clock to move.
    CHECK(songs.harness.settle({.advance_at_most = 60s}).advanced == 0us);
}

TEST_CASE("a settle moves the clock to the end of a window if it may", "[settle]") {
    stream::MappingParameters parameters;
    parameters.tumbling_window = 60s;
    Songs songs(parameters, {}, [](const stream::EventBatch&) {
        return stream::HandlerResult{stream::CallOutcome::returned, R"({"state":{}})"};
    });
    songs.harness.clock().advance(15s);
    put(songs.harness, "songs");
    // An open window holds up nothing.
    CHECK(songs.harness.settle().advanced == 0us);
    CHECK(songs.harness.settle({.advance_at_most = 44s}).advanced == 0us);
    CHECK(songs.calls() == 1);
    CHECK(songs.harness.settle({.advance_at_most = 60s}).advanced == 45s);
    REQUIRE(songs.calls() == 2);
    CHECK(songs.harness.batches("listener").back().window->is_final);
}

TEST_CASE("a settle removes what has expired, and has it handled", "[settle]") {
    Songs songs;
    songs.harness.call("UpdateTimeToLive", R"({"TableName":"songs",
        "TimeToLiveSpecification":{"AttributeName":"expires","Enabled":true}})");
    put(songs.harness, "songs", R"(,"expires":{"N":"1769860860"})");
    // An item that will expire is nothing to wait for.
    CHECK(songs.harness.settle({.advance_at_most = 1h}).removed == 0);
    songs.harness.clock().advance(61s);
    CHECK(songs.harness.settle().removed == 1);
    CHECK(count_of(songs.harness, "songs") == 0);
    CHECK(songs.harness.records("listener").back().at("eventName") == "REMOVE");
}

TEST_CASE("a settle waits for a table in transition", "[settle]") {
    Songs songs({}, {.table_delay = 5s});
    CHECK_THROWS_WITH(songs.harness.settle(), "not settled: the table songs, which is CREATING");
    CHECK(songs.harness.settle({.table_name = "others"}).advanced == 0us);
    CHECK(songs.harness.settle({.advance_at_most = 60s}).advanced == 5s);
    put(songs.harness, "songs");
    CHECK(songs.harness.settle().is_settled());
    CHECK(songs.calls() == 1);
}

TEST_CASE("a settle names what is paused, and can be for one table", "[settle]") {
    Songs songs;
    songs.harness.mappings().find(songs.id)->pause();
    put(songs.harness, "songs");
    CHECK_THROWS_WITH(songs.harness.settle({.advance_at_most = 60s}), "not settled: songs/listener");
    CHECK(songs.harness.settle({.table_name = "others"}).is_settled());
}

// Otherwise its function could write to a table that is created again under the same name.
TEST_CASE("a settle waits for a call with records of a deleted table", "[settle]") {
    std::latch called(1);
    std::latch released(1);
    Harness* harness = nullptr;
    std::atomic<bool> has_written = false;
    Songs songs({}, {}, [&](const stream::EventBatch&) {
        called.count_down();
        released.wait();
        try {
            put(*harness, "songs");
            has_written = true;
        } catch (const ApiError&) {  // The table is gone.
        }
    });
    harness = &songs.harness;
    put(songs.harness, "songs");
    called.wait();
    harness->call("DeleteTable", R"({"TableName":"songs"})");
    CHECK_THROWS_WITH(harness->settle({.at_most = 0ms}), "not settled: songs/listener");
    released.count_down();
    CHECK(harness->settle().is_settled());
    harness->create_table("songs", "id");
    CHECK(harness->settle().is_settled());
    CHECK_FALSE(has_written);
    CHECK(count_of(*harness, "songs") == 0);
}
