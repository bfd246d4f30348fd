#include "tests/operation/streams/stream_fixture.hpp"
#include "tests/run_sql.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::operation;

// Iterators, shards and sequence numbers stay valid after a restart.
TEST_CASE("A stream in a file continues where it was", "[streams]") {
    const tests::TemporaryFolder folder;
    const storage::StoreOptions file{folder.path("data.db")};
    std::string arn;
    boost::json::value description;
    std::string iterator;
    {
        StreamEngine engine(2, storage::open_store(file));
        arn = engine.create("notes");
        engine.put("notes", {numbered("a", 1)});
        engine.split(arn);
        for (const std::string& shard : engine.shard_ids(arn)) {
            const std::string begin = engine.iterator(arn, shard, "TRIM_HORIZON");
            if (!engine.records(begin).at("Records").as_array().empty()) iterator = begin;
        }
        description = engine.describe(arn);
    }
    StreamEngine engine(2, storage::open_store(file));
    CHECK(engine.describe(arn) == description);
    CHECK(new_numbers(engine.records(iterator).at("Records").as_array()) == std::vector<int>{1});
    engine.put("notes", {numbered("a", 2)});
    int found = 0;
    for (const std::string& shard : engine.shard_ids(arn)) {
        for (const auto& record : engine.from_beginning(arn, shard)) {
            if (record.at("dynamodb").at("SequenceNumber") == "100000000000000000003") ++found;
        }
    }
    CHECK(found == 1);
}

// A day after the table is deleted, the file has nothing of its stream.
TEST_CASE("A stream that has ended leaves nothing in the file", "[streams]") {
    const tests::TemporaryFolder folder;
    const storage::StoreOptions file{folder.path("data.db")};
    {
        StreamEngine engine(1, storage::open_store(file));
        engine.create("notes");
        engine.put("notes", {numbered("a", 1)});
        engine.done("DeleteTable", R"({"TableName":"notes"})");
        engine.clock.advance(std::chrono::hours(25));
        CHECK(engine.answer("ListStreams", "{}") == json(R"({"Streams":[]})"));
    }
    const auto store = storage::open_store(file);
    const auto transaction = store->begin();
    for (const storage::KeyRange& rows : {storage::KeyRange{"shards/", "shards0"}, {"stream/", "stream0"}}) {
        CHECK_FALSE(transaction->range(storage::catalogue_space, rows, storage::Direction::forward)->next());
    }
    CHECK_THROWS_AS(transaction->range(2, {}, storage::Direction::forward), storage::StorageError);
}

// Layout 1 had neither shards nor times: its streams become streams with one shard and all their records.
TEST_CASE("A file of layout 1 opens with its streams", "[streams]") {
    const tests::TemporaryFolder folder;
    const std::string path = folder.path("data.db");
    std::string arn;
    {
        StreamEngine engine(1, storage::open_store({path}));
        arn = engine.create("notes");
        engine.put("notes", {numbered("a", 1), numbered("b", 2)});
    }
    tests::run_sql(path, R"(
        DELETE FROM space_0 WHERE CAST(key AS TEXT) LIKE 'shards/%';
        UPDATE space_0 SET value = json_remove(value, '$.CreatedMicroseconds', '$.KeySchema')
            WHERE CAST(key AS TEXT) LIKE 'stream/%';
        UPDATE space_2 SET key = substr(key, 1, 8);
        PRAGMA user_version = 1;)");
    const ManualClock clock(Timestamp(std::chrono::seconds(1769860800)));
    StreamEngine engine(1, storage::open_store({.location = path, .clock = &clock}));
    const auto description = engine.describe(arn);
    CHECK(description.at("StreamStatus") == "ENABLED");
    CHECK(description.at("KeySchema") == json(R"([{"AttributeName":"pk","KeyType":"HASH"}])"));
    REQUIRE(description.at("Shards").as_array().size() == 1);
    engine.put("notes", {numbered("c", 3)});
    const std::string shard(description.at("Shards").at(0).at("ShardId").as_string());
    CHECK(new_numbers(engine.from_beginning(arn, shard)) == std::vector<int>{1, 2, 3});
    engine.clock.advance(std::chrono::hours(25));
    CHECK(engine.from_beginning(arn, shard).empty());
}
