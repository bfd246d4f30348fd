#include "engine/storage/change_log.hpp"
#include "engine/table/items/time_to_live.hpp"
#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

/// 2026-01-31T12:00:00Z, the time of the engine's clock.
constexpr std::int64_t noon = 1769860800;
constexpr std::int64_t five_years = 5LL * 365 * 24 * 3600;

std::string song(const std::string& title, const std::string& attributes = {}) {
    return R"({"artist":{"S":"ann"},"song":{"S":")" + title + R"("})" + attributes + "}";
}

std::string expiring(const std::string& title, std::int64_t seconds) {
    return song(title, R"(,"expires":{"N":")" + std::to_string(seconds) + R"("})");
}

void enable(TestEngine& engine, const std::string& table) {
    engine.done("UpdateTimeToLive", R"({"TableName":")" + table +
                                        R"(","TimeToLiveSpecification":{"AttributeName":"expires",
                                           "Enabled":true}})");
}

std::size_t sweep(TestEngine& engine, std::size_t rows = 256) {
    return table::TimeToLiveSweep({.rows = rows}).sweep(engine.engine.database(), engine.clock.now());
}

/// The titles of the remaining songs, in order, each followed by a space.
std::string titles(TestEngine& engine) {
    const auto page = engine.done("Query", R"({"TableName":"music","KeyConditionExpression":"artist = :a",
            "ExpressionAttributeValues":{":a":{"S":"ann"}}})");
    std::string all;
    for (const auto& item : page.at("Items").as_array()) {
        all.append(item.at("song").at("S").as_string()).append(" ");
    }
    return all;
}

/// The records of the newest stream.
std::vector<std::string> records(TestEngine& engine) {
    return engine.engine.database().read([](table::ReadSession& session) {
        const auto& stream = *session.catalogue().streams.rbegin()->second;
        std::vector<std::string> texts;
        const storage::ChangeLog log(session.transaction(), stream.space);
        for (const auto& change : log.read({}, {100, 1 << 20}).changes) texts.push_back(change.record_json);
        return texts;
    });
}

}  // namespace

// Only numbers count, and only times in seconds that have passed.
TEST_CASE("a sweep removes what has expired", "[time_to_live]") {
    TestEngine engine;
    engine.create_plain_tables();
    enable(engine, "music");
    engine.put("music",
               {expiring("a over", noon - 1), expiring("b now", noon), expiring("c later", noon + 60),
                song("d never"), song("e text", R"(,"expires":{"S":"1"})"),
                song("f inside", R"(,"inner":{"M":{"expires":{"N":"1769860000"}}})")});
    CHECK(sweep(engine) == 1);
    CHECK(titles(engine) == "b now c later d never e text f inside ");
    engine.clock.advance(std::chrono::seconds(1));
    CHECK(sweep(engine) == 1);
    CHECK(sweep(engine) == 0);
    CHECK(titles(engine) == "c later d never e text f inside ");
}

// A time so long ago is probably not an expiry time, so AWS keeps such items.
TEST_CASE("what expired more than five years ago stays", "[time_to_live]") {
    TestEngine engine;
    engine.create_plain_tables();
    enable(engine, "music");
    engine.put("music", {expiring("a old", noon - five_years), expiring("b older", noon - five_years - 1),
                         expiring("c zero", 0), expiring("d negative", -noon)});
    CHECK(sweep(engine) == 1);
    CHECK(titles(engine) == "b older c zero d negative ");
}

TEST_CASE("only tables with time to live are swept", "[time_to_live]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("music", {expiring("a", noon - 1)});
    enable(engine, "counters");
    engine.put("counters", {R"({"id":{"N":"1"},"expires":{"N":"1769860799"}})"});
    CHECK(sweep(engine) == 1);
    CHECK(titles(engine) == "a ");
    CHECK(engine.done("Scan", R"({"TableName":"counters"})").at("Count") == 0);
}

// A sweep that stops after a few rows continues where it stopped, even if the row there is gone.
TEST_CASE("a sweep continues where it stopped", "[time_to_live]") {
    TestEngine engine;
    engine.create_plain_tables();
    enable(engine, "music");
    for (int i = 10; i < 50; ++i) {
        engine.put("music", {expiring(std::to_string(i), i % 10 == 0 ? noon + 1 : noon - 1)});
    }
    CHECK(sweep(engine, 3) == 36);
    CHECK(titles(engine) == "10 20 30 40 ");
}

// Items differ in cost, so the time also ends a slice; the sweep continues with the next slice.
TEST_CASE("a sweep whose slices have no time still finishes", "[time_to_live]") {
    TestEngine engine;
    engine.create_plain_tables();
    enable(engine, "music");
    for (int i = 10; i < 30; ++i) engine.put("music", {expiring(std::to_string(i), noon - i % 2)});
    const table::TimeToLiveSweep no_time({.time = std::chrono::microseconds(0), .least_rows = 4});
    CHECK(no_time.sweep(engine.engine.database(), engine.clock.now()) == 10);
    CHECK(titles(engine) == "10 12 14 16 18 20 22 24 26 28 ");
}

TEST_CASE("indexes and counts follow a sweep", "[time_to_live]") {
    TestEngine engine;
    engine.create_indexed_table();
    enable(engine, "scores");
    engine.put("scores", {R"({"player":{"S":"ann"},"game":{"S":"go"},"points":{"N":"3"},
                              "expires":{"N":"1769860799"}})",
                          R"({"player":{"S":"bob"},"game":{"S":"go"},"points":{"N":"5"}})"});
    CHECK(sweep(engine) == 1);
    const auto table = engine.done("DescribeTable", R"({"TableName":"scores"})").at("Table");
    CHECK(table.at("ItemCount") == 1);
    CHECK(table.at("GlobalSecondaryIndexes").at(0).at("ItemCount") == 1);
    CHECK(engine
              .done("Query", R"({"TableName":"scores","IndexName":"by_game",
            "KeyConditionExpression":"game = :g","ExpressionAttributeValues":{":g":{"S":"go"}}})")
              .at("Items") == json(R"([{"player":{"S":"bob"},"game":{"S":"go"},"points":{"N":"5"}}])"));
}

// A reader of the stream can distinguish an expiry from a deletion.
TEST_CASE("the stream shows that the service removed an item", "[time_to_live]") {
    TestEngine engine;
    engine.create_plain_tables();
    enable(engine, "music");
    engine.done("UpdateTable", R"({"TableName":"music",
        "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"OLD_IMAGE"}})");
    engine.put("music", {expiring("a", noon - 1), expiring("b", noon - 1)});
    engine.done("DeleteItem", R"({"TableName":"music","Key":{"artist":{"S":"ann"},"song":{"S":"b"}}})");
    CHECK(sweep(engine) == 1);
    const auto texts = records(engine);
    REQUIRE(texts.size() == 4);
    CHECK_FALSE(json(texts[2]).as_object().contains("userIdentity"));
    const auto record = json(texts[3]);
    CHECK(record.at("eventName") == "REMOVE");
    CHECK(record.at("userIdentity") == json(R"({"type":"Service","principalId":"dynamodb.amazonaws.com"})"));
    CHECK(record.at("dynamodb").at("OldImage") == json(expiring("a", noon - 1)));
}
