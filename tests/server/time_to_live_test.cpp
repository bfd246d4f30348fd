#include "server/admin/time_to_live_endpoints.hpp"

#include <memory>

#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

// Tests sweep when they like and need not wait for the thread.
TEST_CASE("a sweep is run on request") {
    FrontDoorFixture server;
    Engine engine({}, storage::open_store({}), server.clock);
    const Log log(LogLevel::error, server.clock);
    TimeToLiveSweeper sweeper(engine, log, std::chrono::seconds(0));
    add_time_to_live_endpoints(server.admin, sweeper);
    const auto call = [&](const char* operation, const char* request) {
        engine.execute(operation, boost::json::parse(request).as_object());
    };
    call("CreateTable", R"({"TableName":"sessions","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
    call("UpdateTimeToLive", R"({"TableName":"sessions",
        "TimeToLiveSpecification":{"AttributeName":"expires","Enabled":true}})");
    call("PutItem", R"({"TableName":"sessions","Item":{"id":{"S":"a"},"expires":{"N":"1769860801"}}})");
    CHECK(server.ask("POST", "/_tailrace/ttl/sweep", {}).body == R"({"Removed":0})");
    server.clock.advance(std::chrono::seconds(2));
    CHECK(server.ask("POST", "/_tailrace/ttl/sweep", {}).body == R"({"Removed":1})");
    CHECK(server.ask("POST", "/_tailrace/ttl/sweep", {}).body == R"({"Removed":0})");
}

// The thread ends at once, however long its interval is.
TEST_CASE("a sweeper that waits can be stopped") {
    const ManualClock clock(Timestamp(std::chrono::seconds(1769860800)));
    Engine engine({}, storage::open_store({}), clock);
    const Log log(LogLevel::error, clock);
    auto sweeper = std::make_unique<TimeToLiveSweeper>(engine, log, std::chrono::hours(1));
    CHECK_NOTHROW(sweeper.reset());
}
