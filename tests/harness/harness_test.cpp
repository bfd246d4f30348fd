#include "server/harness/harness.hpp"

#include <future>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "server/healthcheck.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using tailrace::harness::Harness;
using Texts = std::vector<std::string>;

namespace {

void put_song(Harness& harness, const std::string& artist, const std::string& title) {
    harness.call("PutItem", R"({"TableName":"music","Item":{"artist":{"S":")" + artist +
                                R"("},"title":{"S":")" + title + R"("}}})");
}

/// "INSERT Nils" and so on, one text for each record that the function was called with.
Texts changes(const Harness& harness, const std::string& function) {
    Texts changes;
    for (const boost::json::object& record : harness.records(function)) {
        const boost::json::value& artist = record.at("dynamodb").at("Keys").at("artist").at("S");
        changes.push_back(std::string(record.at("eventName").as_string()) + " " +
                          std::string(artist.as_string()));
    }
    return changes;
}

/// Puts a song for which a function waits for five minutes.
void wait_for_five_minutes(Harness& harness) {
    harness.create_table("music", "artist");
    harness.add_function("listener");
    stream::MappingParameters parameters;
    parameters.maximum_batching_window = std::chrono::minutes(5);
    harness.map("music", "listener", parameters);
    put_song(harness, "Nils", "Says");
}

}  // namespace

// Write, drain and look: the whole use of a harness.
TEST_CASE("a function in C++ is called with what was written", "[harness]") {
    Harness harness;
    harness.create_table("music", "artist");
    harness.add_function("listener");
    harness.map("music", "listener");
    put_song(harness, "Nils", "Says");
    put_song(harness, "Nils", "Ambre");
    harness.drain();
    CHECK(changes(harness, "listener") == Texts{"INSERT Nils", "MODIFY Nils"});
}

// A function's own writes appear on the stream again; a settle waits for them too.
TEST_CASE("a function's writes are like any others", "[harness]") {
    Harness harness;
    harness.create_table("music", "artist");
    harness.add_function("counter", [&](const stream::EventBatch& batch) {
        for (std::size_t i = 0; i < batch.records.size(); ++i) {
            harness.call("UpdateItem",
                         R"({"TableName":"totals","Key":{"id":{"S":"songs"}},"UpdateExpression":"ADD n :one",
                             "ExpressionAttributeValues":{":one":{"N":"1"}}})");
        }
        return stream::HandlerResult();
    });
    harness.create_table("totals", "id");
    harness.map("music", "counter");
    for (const char* artist : {"Nils", "Ólafur", "Hania"}) put_song(harness, artist, "a");
    harness.settle();
    const auto total = harness.call("GetItem", R"({"TableName":"totals","Key":{"id":{"S":"songs"}}})");
    CHECK(total.at("Item").at("n").at("N") == "3");
}

// A function fails by throwing. The batch is retried, halved, and given up as configured.
TEST_CASE("a poisoned record is found and set aside", "[harness]") {
    Harness harness;
    harness.create_table("music", "artist");
    harness.add_function("picky", [](const stream::EventBatch& batch) -> stream::HandlerResult {
        for (const stream::EventRecord& record : batch.records) {
            if (record.json.find("Poison") != std::string::npos) throw std::runtime_error("not that one");
        }
        return {};
    });
    stream::MappingParameters parameters;
    parameters.maximum_retry_attempts = 0;
    parameters.bisect_batch_on_function_error = true;
    const std::string id = harness.map("music", "picky", parameters);
    harness.mappings().find(id)->pause();
    for (const char* artist : {"Nils", "Poison", "Hania", "Jon"}) put_song(harness, artist, "a");
    harness.mappings().find(id)->resume();
    harness.drain();
    const stream::MappingStatus status = harness.mappings().find(id)->status();
    CHECK(status.records == 3);
    CHECK(status.given_up == 1);
    CHECK(status.last_error == "not that one");
}

// Five minutes pass at once.
TEST_CASE("a batching window passes on the harness's clock", "[harness]") {
    Harness harness;
    wait_for_five_minutes(harness);
    put_song(harness, "Hania", "Glass");
    CHECK(harness.batches("listener").empty());
    harness.clock().advance(std::chrono::minutes(5));
    harness.drain();
    REQUIRE(harness.batches("listener").size() == 1);
    CHECK(changes(harness, "listener") == Texts{"INSERT Nils", "INSERT Hania"});
}

TEST_CASE("a drain that takes too long names what is stuck", "[harness]") {
    Harness harness;
    wait_for_five_minutes(harness);
    CHECK_THROWS_WITH(harness.drain(std::chrono::milliseconds(0)), "not drained: music/listener");
    CHECK_THROWS_WITH(harness.batches("other"), "the harness has no function 'other'");
}

TEST_CASE("a harness can be served", "[harness]") {
    Harness harness;
    const std::string url = harness.serve();
    const std::string prefix = "http://127.0.0.1:";
    REQUIRE(url.starts_with(prefix));
    CHECK(harness.serve() == url);
    const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(prefix.size())));
    CHECK(server::server_is_healthy("127.0.0.1", port));
}

namespace {

/// A function whose calls last until it is stopped.
class EndlessFunction final : public stream::Handler {
  public:
    stream::HandlerResult handle(const stream::EventBatch&) override { return invoke({}); }
    stream::HandlerResult invoke(std::string_view) override {
        called_.count_down();
        stopped_.wait();
        return stream::HandlerResult::not_invoked("stopped");
    }
    void stop(stream::StopReason) noexcept override {
        if (!stopped_.try_wait()) stopped_.count_down();
    }
    void wait_for_call() { called_.wait(); }

  private:
    std::latch called_{1};
    std::latch stopped_{1};
};

/// A function of `harness`, called from `caller` as if it were on AWS Lambda.
std::shared_ptr<stream::Handler> called_by(Harness& caller, Harness& harness, const std::string& function) {
    const std::string url = harness.serve() + "/2015-03-31/functions/" + function + "/invocations";
    return caller.tailrace().functions().find_or_add("lambda:" + url).handler;
}

}  // namespace

TEST_CASE("a harness has caches on its clock", "[harness]") {
    Harness harness({.caches = {.caches = {{"cruddur", std::chrono::seconds(600)}}}});
    harness.tailrace().caches().set("cruddur", "groups", "from the table");
    harness.clock().advance(std::chrono::seconds(599));
    CHECK(harness.tailrace().caches().get("cruddur", "groups") == "from the table");
    harness.clock().advance(std::chrono::seconds(1));
    CHECK(harness.tailrace().caches().get("cruddur", "groups") == std::nullopt);
}

TEST_CASE("a served harness answers Invoke", "[harness]") {
    Harness harness;
    harness.add_function("listener");
    Harness caller;
    const auto listener = called_by(caller, harness, "listener");
    const stream::HandlerResult result =
        listener->invoke(R"({"Records":[{"dynamodb":{"SequenceNumber":"100000000000000000001"}}]})");
    CHECK(result.has_returned());
    CHECK(result.payload == "null");
    CHECK(harness.batches("listener").size() == 1);
}

TEST_CASE("the end of a harness ends the calls of its functions", "[harness]") {
    Harness caller;
    const auto endless = std::make_shared<EndlessFunction>();
    std::future<stream::HandlerResult> result;
    {
        Harness harness;
        harness.tailrace().functions().add("endless", endless);
        const auto called = called_by(caller, harness, "endless");
        result = std::async(std::launch::async, [called] { return called->invoke("{}"); });
        endless->wait_for_call();
    }
    const stream::HandlerResult ended = result.get();
    CHECK(ended.outcome == stream::CallOutcome::not_invoked);
    CHECK(ended.error_message() == R"(HTTP status 429: {"Type":"User","message":"stopped"})");
}

TEST_CASE("calls and functions of a harness meet scripted faults", "[harness]") {
    Harness harness;
    harness.create_table("music", "artist");
    harness.add_function("listener");
    harness.map("music", "listener");
    operation::FaultRule throttling;
    throttling.operation = "PutItem";
    throttling.times = 1;
    throttling.effect.error =
        operation::FaultError{.name = "ThrottlingException", .message = {}, .reason = {}};
    operation::FaultRule failing;
    failing.operation = "FunctionCall";
    failing.times = 2;
    failing.effect.call.emplace();
    harness.faults().replace({throttling, failing});
    CHECK_THROWS_AS(put_song(harness, "Nils", "Says"), ApiError);
    put_song(harness, "Nils", "Says");
    harness.drain();
    CHECK(changes(harness, "listener") == Texts{"INSERT Nils"});
    const auto faults = harness.faults().faults();
    CHECK(faults->at(0).counts().met == 2);
    CHECK(faults->at(1).counts().met == 3);
}

TEST_CASE("a harness refuses what is too much until its clock has moved", "[harness]") {
    Harness harness;
    harness.create_table("music", "artist");
    harness.throttle({{.table_name = "music", .write_units = 1, .burst_seconds = 1}});
    put_song(harness, "Nils", "Says");
    CHECK_THROWS_AS(put_song(harness, "Nils", "Says"), ApiError);
    // A fork has the same limits, and full buckets.
    const std::unique_ptr<Harness> fork = harness.fork();
    put_song(*fork, "Hania", "Glass");
    CHECK_THROWS_AS(put_song(*fork, "Hania", "Glass"), ApiError);
    harness.clock().advance(std::chrono::seconds(1));
    put_song(harness, "Nils", "Says");
    harness.throttle({{}});
    CHECK(harness.engine().throughput().settings().size() == 1);
    harness.throttle({});
    for (int i = 0; i < 3; ++i) put_song(harness, "Nils", "Says");
}

// A test prepares its data once, and every case works on a copy of its own.
TEST_CASE("a fork and its harness do not affect each other", "[harness]") {
    Harness seed;
    seed.create_table("music", "artist");
    seed.create_table("totals", "artist");
    std::promise<void> forked;
    const std::shared_future<void> is_forked = forked.get_future().share();
    seed.add_function("copier", [is_forked](Harness& harness, const stream::EventBatch& batch) {
        is_forked.wait();
        for (std::size_t i = 0; i < batch.records.size(); ++i) {
            harness.call("PutItem", R"({"TableName":"totals","Item":{"artist":{"S":"any"}}})");
        }
    });
    seed.map("music", "copier");
    put_song(seed, "Nils", "Says");
    seed.clock().advance(std::chrono::hours(1));
    const std::unique_ptr<Harness> fork = seed.fork();
    forked.set_value();
    CHECK(fork->clock().now() == seed.clock().now());
    fork->clock().advance(std::chrono::hours(1));
    CHECK(fork->clock().now() != seed.clock().now());
    // The function cannot have handled the record before the fork, so both handle it.
    put_song(*fork, "Hania", "Glass");
    fork->drain();
    CHECK(changes(*fork, "copier") == Texts{"INSERT Nils", "INSERT Hania"});
    CHECK(seed.call("Scan", R"({"TableName":"music","Select":"COUNT"})").at("Count") == 1);
    CHECK(fork->call("Scan", R"({"TableName":"totals","Select":"COUNT"})").at("Count") == 1);
    seed.drain();
    CHECK(changes(seed, "copier") == Texts{"INSERT Nils"});
}

TEST_CASE("reads of a harness lag behind on its clock, until it settles", "[harness]") {
    Harness harness;
    harness.create_table("music", "artist");
    const auto count = [](Harness& of) {
        return of.call("Scan", R"({"TableName":"music","Select":"COUNT"})").at("Count");
    };
    harness.lag({.others = {.reads = std::chrono::seconds(1)}});
    put_song(harness, "Nils", "Says");
    CHECK(count(harness) == 0);
    harness.clock().advance(std::chrono::seconds(1));
    CHECK(count(harness) == 1);
    put_song(harness, "Hania", "Glass");
    CHECK(count(harness) == 1);
    const std::unique_ptr<Harness> fork = harness.fork();
    CHECK(count(*fork) == 2);
    put_song(*fork, "Jon", "Open");
    CHECK(count(*fork) == 2);
    harness.settle();
    CHECK(count(harness) == 2);
    put_song(harness, "Jon", "Open");
    CHECK(count(harness) == 2);
    harness.lag({});
    CHECK(count(harness) == 3);
}

// A function that is called with a record may not find the item yet.
TEST_CASE("reads of a function lag behind, and its writes are seen after a settle", "[harness]") {
    Harness harness;
    harness.create_table("music", "artist");
    harness.create_table("totals", "artist");
    std::vector<bool> found;
    harness.add_function("copier", [&](Harness& of, const stream::EventBatch&) {
        const auto item = of.call("GetItem", R"({"TableName":"music","Key":{"artist":{"S":"Nils"}}})");
        found.push_back(item.contains("Item"));
        of.call("PutItem", R"({"TableName":"totals","Item":{"artist":{"S":"any"}}})");
    });
    harness.map("music", "copier");
    harness.lag({.others = {.reads = std::chrono::seconds(1)}});
    put_song(harness, "Nils", "Says");
    harness.settle();
    CHECK(found == std::vector<bool>{false});
    CHECK(harness.call("Scan", R"({"TableName":"totals","Select":"COUNT"})").at("Count") == 1);
}

TEST_CASE("a harness goes back to a snapshot", "[harness]") {
    Harness harness;
    harness.create_table("music", "artist");
    put_song(harness, "Nils", "Says");
    const server::Snapshot seed = harness.tailrace().contents().snapshot();
    const Timestamp then = harness.clock().now();
    for (const char* artist : {"Hania", "Jon"}) {
        put_song(harness, artist, "a");
        harness.clock().advance(std::chrono::hours(1));
        CHECK(harness.call("Scan", R"({"TableName":"music","Select":"COUNT"})").at("Count") == 2);
        harness.tailrace().contents().restore(seed.copy());
        CHECK(harness.call("Scan", R"({"TableName":"music","Select":"COUNT"})").at("Count") == 1);
        CHECK(harness.clock().now() == then);
    }
}
