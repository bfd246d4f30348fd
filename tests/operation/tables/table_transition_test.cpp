#include "tests/operation/engine_fixture.hpp"
#include "tests/temporary_folder.hpp"

namespace tailrace::operation {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds delay{500};

EngineOptions taking_time() {
    EngineOptions options;
    options.table_delay = delay;
    return options;
}

/// An engine in which every change of a table takes half a second.
class SlowEngine : public TestEngine {
  public:
    SlowEngine() : TestEngine(storage::open_store({}), taking_time()) {}

    boost::json::value described() { return done("DescribeTable", R"({"TableName":"music"})").at("Table"); }
    boost::json::value index() { return described().at("GlobalSecondaryIndexes").at(0); }
    void settle() { clock.advance(delay); }
};

const std::string table = R"({"TableName":"music"})";
const std::string get = R"({"TableName":"music","Key":{"artist":{"S":"x"},"song":{"S":"y"}}})";
const std::string begin_index = R"({"TableName":"music",
    "AttributeDefinitions":[{"AttributeName":"made","AttributeType":"N"}],
    "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by_made",
        "Projection":{"ProjectionType":"KEYS_ONLY"},
        "KeySchema":[{"AttributeName":"made","KeyType":"HASH"}]}}]})";
const std::string end_index =
    R"({"TableName":"music","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by_made"}}]})";

std::string in_use(const std::string& state) {
    return "ResourceInUseException: Attempt to change a resource which is still in use: Table is being " +
           state + ": music";
}

}  // namespace

TEST_CASE("a table that is being created has no items yet", "[transition]") {
    SlowEngine engine;
    engine.create_plain_tables();
    CHECK(engine.described().at("TableStatus") == "CREATING");
    CHECK(engine.refusal("GetItem", get) == "ResourceNotFoundException: Requested resource not found");
    CHECK(engine.refusal("DeleteTable", table) == in_use("created"));
    CHECK(engine.refusal("UpdateTable", begin_index) == in_use("created"));
    engine.clock.advance(delay - milliseconds(1));
    CHECK(engine.described().at("TableStatus") == "CREATING");
    engine.clock.advance(milliseconds(1));
    CHECK(engine.described().at("TableStatus") == "ACTIVE");
    CHECK(engine.refusal("GetItem", get) == "accepted");
}

// Items can be read and written all the while; the new index answers once it is ready.
TEST_CASE("a table that is being updated keeps serving its items", "[transition]") {
    SlowEngine engine;
    engine.create_plain_tables();
    engine.settle();
    engine.put("music", {R"({"artist":{"S":"x"},"song":{"S":"y"},"made":{"N":"1990"}})"});
    const auto answer = engine.done("UpdateTable", begin_index).at("TableDescription");
    CHECK(answer.at("TableStatus") == "UPDATING");
    CHECK(answer.at("GlobalSecondaryIndexes").at(0).at("IndexStatus") == "CREATING");
    CHECK(answer.at("GlobalSecondaryIndexes").at(0).at("Backfilling") == false);
    CHECK(engine.index().at("IndexStatus") == "CREATING");
    CHECK(engine.refusal("GetItem", get) == "accepted");
    CHECK(engine.refusal("UpdateTable", end_index) == in_use("updated"));
    CHECK(engine.refusal("DeleteTable", table) == in_use("updated"));
    const std::string scan = R"({"TableName":"music","IndexName":"by_made"})";
    CHECK(engine.refusal("Scan", scan) ==
          "ValidationException: Cannot read from backfilling global secondary index: by_made");
    engine.settle();
    CHECK(engine.described().at("TableStatus") == "ACTIVE");
    CHECK(engine.index().at("IndexStatus") == "ACTIVE");
    CHECK_FALSE(engine.index().as_object().contains("Backfilling"));
    CHECK(engine.done("Scan", scan).at("Count") == 1);
}

TEST_CASE("an index that is being deleted is shown until it is gone", "[transition]") {
    SlowEngine engine;
    engine.create_plain_tables();
    engine.settle();
    engine.done("UpdateTable", begin_index);
    engine.settle();
    engine.done("UpdateTable", end_index);
    CHECK(engine.index().at("IndexStatus") == "DELETING");
    CHECK(engine.index().at("IndexName") == "by_made");
    engine.settle();
    CHECK_FALSE(engine.described().as_object().contains("GlobalSecondaryIndexes"));
}

TEST_CASE("a table that is being deleted is shown until it is gone", "[transition]") {
    SlowEngine engine;
    engine.create_plain_tables();
    engine.settle();
    engine.put("music", {R"({"artist":{"S":"x"},"song":{"S":"y"}})"});
    engine.done("DeleteTable", table);
    CHECK(engine.described().at("TableStatus") == "DELETING");
    CHECK(engine.done("ListTables", "{}").at("TableNames") == json(R"(["counters","music"])"));
    CHECK(engine.refusal("GetItem", get) == "ResourceNotFoundException: Requested resource not found");
    CHECK(engine.refusal("DeleteTable", table) == in_use("deleted"));
    engine.settle();
    CHECK(engine.refusal("DescribeTable", table) ==
          "ResourceNotFoundException: Requested resource not found: Table: music not found");
    CHECK(engine.done("ListTables", "{}").at("TableNames") == json(R"(["counters"])"));
}

TEST_CASE("a table can be created again after the old one is gone", "[transition]") {
    SlowEngine engine;
    engine.create_plain_tables();
    engine.settle();
    engine.put("music", {R"({"artist":{"S":"x"},"song":{"S":"y"}})"});
    engine.done("DeleteTable", table);
    engine.done("DeleteTable", R"({"TableName":"counters"})");
    engine.settle();
    engine.create_plain_tables();
    engine.settle();
    CHECK(engine.done("Scan", table).at("Count") == 0);
    CHECK(engine.done("ListTables", "{}").at("TableNames") == json(R"(["counters","music"])"));
}

// The old units are shown until the new ones are in effect, with the time at which the change began.
TEST_CASE("new units of a table are shown when they take effect", "[transition]") {
    SlowEngine engine;
    engine.create_plain_tables();
    engine.settle();
    const auto update = [](const std::string& more) { return R"({"TableName":"music",)" + more + "}"; };
    const auto units = [](const std::string& each) {
        return R"("ProvisionedThroughput":{"ReadCapacityUnits":)" + each + R"(,"WriteCapacityUnits":)" +
               each + "}";
    };
    const auto switched = engine.done("UpdateTable", update(R"("BillingMode":"PROVISIONED",)" + units("5")))
                              .at("TableDescription");
    CHECK(switched.at("ProvisionedThroughput").at("ReadCapacityUnits") == 5);
    engine.settle();
    const boost::json::value old = json(R"({"LastIncreaseDateTime":1769860801.0,"NumberOfDecreasesToday":0,
                                            "ReadCapacityUnits":5,"WriteCapacityUnits":5})");
    const auto answer = engine.done("UpdateTable", update(units("7"))).at("TableDescription");
    CHECK(answer.at("TableStatus") == "UPDATING");
    CHECK(answer.at("ProvisionedThroughput") == old);
    CHECK(engine.described().at("ProvisionedThroughput") == old);
    engine.settle();
    CHECK(engine.described().at("ProvisionedThroughput") ==
          json(R"({"LastIncreaseDateTime":1769860801.5,"NumberOfDecreasesToday":0,"ReadCapacityUnits":7,
                   "WriteCapacityUnits":7})"));
    CHECK(engine.done("UpdateTable", update(units("6"))).at("TableDescription").at("ProvisionedThroughput") ==
          json(R"({"LastIncreaseDateTime":1769860801.5,"LastDecreaseDateTime":1769860801.5,
                   "NumberOfDecreasesToday":0,"ReadCapacityUnits":7,"WriteCapacityUnits":7})"));
    engine.settle();
    CHECK(engine.described().at("ProvisionedThroughput") ==
          json(R"({"LastIncreaseDateTime":1769860801.5,"LastDecreaseDateTime":1769860802.0,
                   "NumberOfDecreasesToday":1,"ReadCapacityUnits":6,"WriteCapacityUnits":6})"));
}

// The index's table stays ACTIVE; a second change still has to wait.
TEST_CASE("new units of an index are shown when they take effect", "[transition]") {
    SlowEngine engine;
    const std::string units = R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1})";
    engine.done("CreateTable", R"({"TableName":"music",)" + units + R"(,
        "AttributeDefinitions":[{"AttributeName":"artist","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"}],
        "GlobalSecondaryIndexes":[{"IndexName":"by_made","Projection":{"ProjectionType":"ALL"},
            "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"}],)" +
                                   units + "}]}");
    engine.settle();
    const std::string change = R"({"TableName":"music","GlobalSecondaryIndexUpdates":[
        {"Update":{"IndexName":"by_made",
                   "ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":3}}}]})";
    const auto answer = engine.done("UpdateTable", change).at("TableDescription");
    CHECK(answer.at("TableStatus") == "ACTIVE");
    const boost::json::value index = answer.at("GlobalSecondaryIndexes").at(0);
    CHECK(index.at("IndexStatus") == "UPDATING");
    CHECK(index.at("ProvisionedThroughput") ==
          json(R"({"LastIncreaseDateTime":1769860800.5,"NumberOfDecreasesToday":0,"ReadCapacityUnits":1,
                   "WriteCapacityUnits":1})"));
    CHECK(engine.described() == answer);
    CHECK(engine.refusal("DeleteTable", table) == in_use("updated"));
    engine.settle();
    CHECK(engine.index().at("IndexStatus") == "ACTIVE");
    CHECK(engine.index().at("ProvisionedThroughput") ==
          json(R"({"LastIncreaseDateTime":1769860801.0,"NumberOfDecreasesToday":0,"ReadCapacityUnits":2,
                   "WriteCapacityUnits":3})"));
}

// A table stays ACTIVE while a setting with a status of its own changes. Some settings change immediately.
TEST_CASE("settings are in transition while their table is ACTIVE", "[transition]") {
    SlowEngine engine;
    engine.create_plain_tables();
    engine.settle();
    const auto update = [&](const std::string& more) {
        return engine.done("UpdateTable", R"({"TableName":"music",)" + more + "}").at("TableDescription");
    };
    const auto warm = update(R"("WarmThroughput":{"ReadUnitsPerSecond":13000})");
    CHECK(warm.at("TableStatus") == "ACTIVE");
    CHECK(warm.at("WarmThroughput") ==
          json(R"({"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000,"Status":"UPDATING"})"));
    CHECK(engine.described() == warm);
    CHECK(engine.refusal("DeleteTable", table) == in_use("updated"));
    engine.settle();
    CHECK(engine.described().at("WarmThroughput") ==
          json(R"({"ReadUnitsPerSecond":13000,"WriteUnitsPerSecond":4000,"Status":"ACTIVE"})"));

    const auto encrypted = update(R"("SSESpecification":{"Enabled":true})");
    CHECK(encrypted.at("TableStatus") == "ACTIVE");
    CHECK(encrypted.at("SSEDescription").at("Status") == "UPDATING");
    engine.settle();
    CHECK(engine.described().at("SSEDescription").at("Status") == "ENABLED");

    CHECK(update(R"("DeletionProtectionEnabled":true)").at("TableStatus") == "ACTIVE");
    CHECK(update(R"("DeletionProtectionEnabled":false)").at("TableStatus") == "ACTIVE");
    const auto limited = update(R"("OnDemandThroughput":{"MaxReadRequestUnits":5})");
    CHECK(limited.at("TableStatus") == "ACTIVE");
    CHECK(limited.at("OnDemandThroughput").at("MaxReadRequestUnits") == 5);
    CHECK(engine.refusal("DeleteTable", table) == "accepted");
}

TEST_CASE("other settings of an index are in transition, too", "[transition]") {
    SlowEngine engine;
    engine.create_plain_tables();
    engine.settle();
    engine.done("UpdateTable", begin_index);
    engine.settle();
    const auto change = [&](const std::string& setting) {
        return engine
            .done("UpdateTable",
                  R"({"TableName":"music","GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by_made",)" +
                      setting + "}}]}")
            .at("TableDescription");
    };
    const auto limited = change(R"("OnDemandThroughput":{"MaxReadRequestUnits":5})");
    CHECK(limited.at("TableStatus") == "ACTIVE");
    CHECK(limited.at("GlobalSecondaryIndexes").at(0).at("IndexStatus") == "UPDATING");
    CHECK(limited.at("GlobalSecondaryIndexes").at(0).at("OnDemandThroughput").at("MaxReadRequestUnits") == 5);
    engine.settle();
    CHECK(engine.index().at("IndexStatus") == "ACTIVE");
    const auto warm = change(R"("WarmThroughput":{"ReadUnitsPerSecond":13000})");
    CHECK(warm.at("GlobalSecondaryIndexes").at(0).at("IndexStatus") == "ACTIVE");
    CHECK(warm.at("GlobalSecondaryIndexes").at(0).at("WarmThroughput").at("ReadUnitsPerSecond") == 12000);
    CHECK(warm.at("GlobalSecondaryIndexes").at(0).at("WarmThroughput").at("Status") == "UPDATING");
    engine.settle();
    CHECK(engine.index().at("WarmThroughput").at("ReadUnitsPerSecond") == 13000);
}

// Without a delay, the answer still shows the transition, as on AWS, but the table is ready immediately.
TEST_CASE("tables change at once by default", "[transition]") {
    TestEngine engine;
    engine.create_plain_tables();
    const auto answer = engine.done("UpdateTable", begin_index).at("TableDescription");
    CHECK(answer.at("GlobalSecondaryIndexes").at(0).at("IndexStatus") == "CREATING");
    CHECK(engine.done("UpdateTable", end_index).at("TableDescription").at("TableStatus") == "UPDATING");
    CHECK(engine.done("DeleteTable", table).at("TableDescription").at("TableStatus") == "DELETING");
    CHECK(engine.done("ListTables", "{}").at("TableNames") == json(R"(["counters"])"));
}

namespace {

/// An engine on a reopened file, with its clock set to noon plus `past_noon`, which may be negative.
class ReopenedEngine : public TestEngine {
  public:
    ReopenedEngine(const tests::TemporaryFolder& folder, std::chrono::microseconds past_noon,
                   const EngineOptions& options = {})
        : TestEngine(storage::open_store({folder.path("kept.db")}), options) {
        clock.advance(past_noon);
    }
    std::string status(const std::string& name) {
        const auto answered = answer("DescribeTable", R"({"TableName":")" + name + R"("})");
        const boost::json::value* shown = answered.as_object().if_contains("Table");
        return shown == nullptr ? "gone" : std::string(shown->at("TableStatus").as_string());
    }
    std::string index_status() {
        const auto described = done("DescribeTable", R"({"TableName":"music"})");
        return std::string(
            described.at("Table").at("GlobalSecondaryIndexes").at(0).at("IndexStatus").as_string());
    }
};

using std::chrono::hours;
using std::chrono::minutes;

}  // namespace

// For example a laptop that slept, a corrected clock, or a file from a machine whose clock is ahead.
TEST_CASE("what was settled stays settled at an earlier clock", "[transition]") {
    const tests::TemporaryFolder folder;
    ReopenedEngine(folder, hours(0)).create_plain_tables();
    {
        ReopenedEngine later(folder, hours(1));
        later.done("UpdateTable", begin_index);
        later.done("UpdateTimeToLive", R"({"TableName":"music",
            "TimeToLiveSpecification":{"Enabled":true,"AttributeName":"gone"}})");
        later.done("DeleteTable", R"({"TableName":"counters"})");
    }
    for (const auto past_noon : {minutes(30), minutes(-60), minutes(-60 * 24 * 400)}) {
        ReopenedEngine engine(folder, past_noon);
        CHECK(engine.status("music") == "ACTIVE");
        CHECK(engine.index_status() == "ACTIVE");
        CHECK(engine.status("counters") == "gone");
        CHECK(engine.done("ListTables", "{}").at("TableNames") == json(R"(["music"])"));
        CHECK(engine.done("DescribeTimeToLive", table).at("TimeToLiveDescription").at("TimeToLiveStatus") ==
              "ENABLED");
        engine.put("music", {R"({"artist":{"S":"x"},"song":{"S":"y"},"made":{"N":"1990"}})"});
        CHECK(engine.done("Scan", R"({"TableName":"music","IndexName":"by_made"})").at("Count") == 1);
    }
    ReopenedEngine engine(folder, hours(-2));
    CHECK(engine.refusal("DeleteTable", table) == "accepted");
    CHECK(engine.status("music") == "gone");
    CHECK(engine.done("ListTables", "{}").at("TableNames") == json("[]"));
}

// A transition that a request has seen finished stays finished if the clock is set back to a time within it,
// whether or not the file is reopened.
TEST_CASE("a transition that was seen finished does not come back", "[transition]") {
    const tests::TemporaryFolder folder;
    {
        ReopenedEngine engine(folder, hours(0), taking_time());
        engine.create_plain_tables();
        engine.clock.advance(delay);
        CHECK(engine.status("music") == "ACTIVE");
        engine.clock.advance(-milliseconds(1));
        CHECK(engine.status("music") == "ACTIVE");
        engine.done("UpdateTable", begin_index);
        engine.done("DeleteTable", R"({"TableName":"counters"})");
        CHECK(engine.index_status() == "CREATING");
        engine.clock.advance(delay);
        CHECK(engine.index_status() == "ACTIVE");
        engine.clock.advance(-delay);
        CHECK(engine.index_status() == "ACTIVE");
        CHECK(engine.status("counters") == "gone");
    }
    // The fixture's clock is near noon again: within the first transition, before the second.
    ReopenedEngine engine(folder, delay - milliseconds(1), taking_time());
    CHECK(engine.status("music") == "ACTIVE");
    CHECK(engine.index_status() == "ACTIVE");
    CHECK(engine.status("counters") == "gone");
}

// A transition that no request has seen finished continues if the file is opened before its end.
TEST_CASE("a transition under way goes on in the next process", "[transition]") {
    const tests::TemporaryFolder folder;
    ReopenedEngine(folder, hours(0), taking_time()).create_plain_tables();
    {
        ReopenedEngine engine(folder, delay - milliseconds(1), taking_time());
        CHECK(engine.status("music") == "CREATING");
    }
    // A new change takes as long as usual, even if the clock was set back.
    ReopenedEngine engine(folder, hours(-1), taking_time());
    CHECK(engine.status("music") == "ACTIVE");
    engine.done("UpdateTable", begin_index);
    CHECK(engine.index_status() == "CREATING");
    engine.clock.advance(delay);
    CHECK(engine.index_status() == "ACTIVE");
}

// A stream, an iterator or a token may come from a clock that is ahead.
TEST_CASE("streams and tokens work after the clock is set back", "[transition]") {
    const tests::TemporaryFolder folder;
    const std::string write = R"({"ClientRequestToken":"t","TransactItems":[{"Put":{"TableName":"notes",
        "Item":{"id":{"S":")";
    std::string iterator;
    {
        ReopenedEngine engine(folder, hours(1));
        engine.done("CreateTable", R"({"TableName":"notes","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
        engine.done("TransactWriteItems", write + R"(a"}}}}]})");
        const auto stream = engine.done("ListStreams", "{}").at("Streams").at(0).at("StreamArn");
        const auto described =
            engine.done("DescribeStream", boost::json::serialize(boost::json::object{{"StreamArn", stream}}));
        const auto shard = described.at("StreamDescription").at("Shards").at(0).at("ShardId");
        const auto got = engine.done(
            "GetShardIterator",
            boost::json::serialize(boost::json::object{
                {"StreamArn", stream}, {"ShardId", shard}, {"ShardIteratorType", "TRIM_HORIZON"}}));
        iterator = boost::json::serialize(boost::json::object{{"ShardIterator", got.at("ShardIterator")}});
    }
    ReopenedEngine engine(folder, hours(-24));
    engine.done("TransactWriteItems", write + R"(b"}}}}]})");
    CHECK(engine.refusal("TransactWriteItems", write + R"(c"}}}}]})")
              .starts_with("IdempotentParameterMismatch"));
    CHECK(engine.done("GetRecords", iterator).at("Records").as_array().size() == 2);
}

}  // namespace tailrace::operation
