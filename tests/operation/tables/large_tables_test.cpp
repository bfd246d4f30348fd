#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "engine/operation/operation.hpp"
#include "engine/table/items/index_builder.hpp"
#include "tests/failing_store.hpp"
#include "tests/operation/engine_fixture.hpp"

namespace tailrace::operation {
namespace {

EngineOptions five_rows_at_once() {
    EngineOptions options;
    options.slice = {.rows = 5, .least_rows = 5};
    return options;
}

/// An engine that counts a table of more than five items as large.
class SlicedEngine : public TestEngine {
  public:
    explicit SlicedEngine(std::unique_ptr<storage::Store> store = storage::open_store({}))
        : TestEngine(std::move(store), five_rows_at_once()) {
        create_plain_tables();
    }

    void put_songs(int from, int to) {
        for (int i = from; i < to; ++i) {
            put("music",
                {R"({"artist":{"S":"a)" + std::to_string(i) + R"("},"song":{"S":"s"},"made":{"N":"1990"}})"});
        }
    }

    /// Does what UpdateTable does before its first slice, and leaves the index in that state.
    void begin_index() {
        engine.database().write([](table::WriteSession& session) {
            table::TableDefinition definition = session.table("music");
            table::Counts counts = session.counts(session.table("music"));
            table::IndexDefinition index;
            index.name = "by_made";
            index.global = true;
            index.keys = {{{"made", AttributeType::N}}, 1};
            index.space = session.create_space();
            index.backfilled_up_to.emplace();
            definition.attribute_definitions.push_back({{"AttributeName", "made"}, {"AttributeType", "N"}});
            definition.indexes.push_back(std::move(index));
            counts.emplace_back();
            session.save_table(std::move(definition), std::move(counts));
            return true;
        });
    }

    boost::json::value described() { return done("DescribeTable", R"({"TableName":"music"})").at("Table"); }
    boost::json::value index() { return described().at("GlobalSecondaryIndexes").at(0); }
};

/// Calls a function after each commit that observers are notified of, on the committing thread.
class AfterCommits final : public CommitObserver {
  public:
    AfterCommits(Engine& engine, std::function<void()> call) : engine_(engine), call_(std::move(call)) {
        engine_.set_commit_observer(this);
    }
    ~AfterCommits() override { engine_.set_commit_observer(nullptr); }
    void on_commit() noexcept override { call_(); }

  private:
    Engine& engine_;
    std::function<void()> call_;
};

const std::string scan_index = R"({"TableName":"music","IndexName":"by_made"})";
const std::string create_index = R"({"TableName":"music",
    "AttributeDefinitions":[{"AttributeName":"made","AttributeType":"N"}],
    "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by_made",
        "Projection":{"ProjectionType":"KEYS_ONLY"},
        "KeySchema":[{"AttributeName":"made","KeyType":"HASH"}]}}]})";
const std::string delete_index =
    R"({"TableName":"music","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by_made"}}]})";

std::string another_index() {
    std::string request = create_index;
    return request.replace(request.find("by_made"), 7, "by_year");
}

}  // namespace

// 23 items make five slices; after four of them there is more to come.
TEST_CASE("requests are answered between the slices of UpdateTable", "[slices]") {
    SlicedEngine engine;
    engine.put_songs(0, 23);
    std::vector<std::string> seen;
    int written = 23;
    boost::json::value answer;
    {
        const AfterCommits between(engine.engine, [&] {
            seen.push_back(engine.refusal("Scan", scan_index));
            engine.put_songs(written, written + 1);
            ++written;
        });
        answer = engine.done("UpdateTable", create_index).at("TableDescription");
    }
    const std::string backfilling =
        "ValidationException: Cannot read from backfilling global secondary index: by_made";
    REQUIRE(seen.size() >= 5);
    CHECK(std::count(seen.begin(), seen.end() - 1, backfilling) == static_cast<int>(seen.size()) - 1);
    CHECK(seen.back() == "accepted");
    CHECK(answer.at("TableStatus") == "UPDATING");
    const boost::json::value& created = answer.at("GlobalSecondaryIndexes").at(0);
    CHECK(created.at("IndexStatus") == "CREATING");
    CHECK(created.at("Backfilling") == false);
    CHECK(engine.index().at("IndexStatus") == "ACTIVE");
    CHECK(engine.index().at("ItemCount") == written);
    CHECK(engine.done("Scan", scan_index).at("Count") == written);
}

// Source: "Managing Global Secondary Indexes in DynamoDB"; the wording was observed on AWS in October 2026.
TEST_CASE("a table whose index is being filled is ACTIVE and cannot be deleted", "[slices]") {
    SlicedEngine engine;
    engine.put_songs(0, 7);
    engine.begin_index();
    CHECK(engine.described().at("TableStatus") == "ACTIVE");
    CHECK(engine.index().at("IndexStatus") == "CREATING");
    CHECK(engine.index().at("Backfilling") == true);
    CHECK_FALSE(engine.index().as_object().contains("WarmThroughput"));
    CHECK(engine.refusal("DeleteTable", R"({"TableName":"music"})") ==
          "ResourceInUseException: Attempt to change a resource which is still in use: Cannot delete table "
          "while indexes are being created, updated, or deleted.");
    CHECK(engine.refusal("UpdateTable", another_index()) ==
          "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted "
          "simultaneously per table");
    CHECK(engine.refusal("UpdateTable", R"({"TableName":"music","DeletionProtectionEnabled":true})") ==
          "accepted");
    CHECK(engine.index().at("IndexStatus") == "CREATING");
    table::finish_interrupted_work(engine.engine.database());
    CHECK(engine.index().at("IndexStatus") == "ACTIVE");
    CHECK_FALSE(engine.index().as_object().contains("Backfilling"));
    CHECK(engine.done("Scan", scan_index).at("Count") == 7);
}

TEST_CASE("filling an index can be cancelled", "[slices]") {
    SlicedEngine engine;
    engine.put_songs(0, 7);
    engine.begin_index();
    const auto answer = engine.done("UpdateTable", delete_index).at("TableDescription");
    CHECK(answer.at("GlobalSecondaryIndexes").at(0).at("IndexStatus") == "DELETING");
    CHECK_FALSE(engine.described().as_object().contains("GlobalSecondaryIndexes"));
    CHECK(engine.described().at("AttributeDefinitions").as_array().size() == 2);
    engine.done("UpdateTable", create_index);
    CHECK(engine.done("Scan", scan_index).at("Count") == 7);
}

// A request that fails leaves nothing behind, even if it works in slices.
TEST_CASE("an index that cannot be filled is removed again", "[slices]") {
    tests::StoreFaults faults;
    SlicedEngine engine(std::make_unique<tests::FailingStore>(storage::open_store({}), faults));
    engine.put_songs(0, 23);
    int commits = 0;
    {
        const AfterCommits second_fails(engine.engine, [&] { faults.next_write = ++commits == 2; });
        CHECK_THROWS_AS(engine.answer("UpdateTable", create_index), storage::StorageError);
    }
    CHECK_FALSE(faults.next_write);
    CHECK_FALSE(engine.described().as_object().contains("GlobalSecondaryIndexes"));
    CHECK(engine.described().at("AttributeDefinitions").as_array().size() == 2);
    engine.done("UpdateTable", create_index);
    CHECK(engine.done("Scan", scan_index).at("Count") == 23);
}

// The server applies this test to the x-amz-target of every request.
TEST_CASE("few operations end with the same letter as those that take long", "[slices]") {
    const SlicedEngine engine;
    const auto may_name = [&](const std::string& text) {
        return engine.engine.may_name_long_operation(text);
    };
    std::vector<std::string> long_ones;
    for (const operation::Operation& each : operation::operations()) {
        if (!each.takes_long) continue;
        long_ones.emplace_back(each.name);
        CHECK(may_name("DynamoDB_20120810." + long_ones.back()));
    }
    CHECK(long_ones == std::vector<std::string>{"DeleteTable", "UpdateTable"});
    for (const char* text : {"DynamoDB_20120810.GetItem", "DynamoDB_20120810.PutItem",
                             "DynamoDB_20120810.Query", "application/x-amz-json-1.0", ""}) {
        CHECK_FALSE(may_name(text));
    }
}

TEST_CASE("the rows of a large table are gone when DeleteTable answers", "[slices]") {
    SlicedEngine engine;
    const std::string text(390'000, 'x');
    for (const char* artist : {"a", "b", "c"}) {
        engine.put("music", {R"({"artist":{"S":")" + std::string(artist) +
                             R"("},"song":{"S":"s"},"text":{"S":")" + text + R"("}})"});
    }
    CHECK(engine.engine.may_take_long("DeleteTable"));
    CHECK(engine.engine.may_take_long("UpdateTable"));
    CHECK_FALSE(engine.engine.may_take_long("DescribeTable"));
    storage::SpaceId space = 0;
    engine.engine.database().read([&](table::ReadSession& session) {
        space = session.table("music").space;
        return true;
    });
    engine.done("DeleteTable", R"({"TableName":"music"})");
    CHECK_FALSE(engine.engine.may_take_long("DeleteTable"));
    engine.engine.database().read([&](table::ReadSession& session) {
        CHECK_FALSE(session.discarded_space());
        CHECK_THROWS_AS(session.transaction().get(space, "x"), storage::StorageError);
        return true;
    });
}

}  // namespace tailrace::operation
