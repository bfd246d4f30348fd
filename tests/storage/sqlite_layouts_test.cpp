#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/storage/key_encoding.hpp"
#include "engine/storage/open_store.hpp"
#include "tests/catch.hpp"
#include "tests/run_sql.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::storage;

namespace {

constexpr Timestamp opened{std::chrono::microseconds(1769860800123456)};

/// Writes a file of layout 1, before streams had shards. It has the stream "arn-a" of the table "a", and
/// "arn-b", which is disabled and whose table is deleted; each has two changes.
void write_layout_1(const std::string& path) {
    tests::run_sql(path, R"(
        PRAGMA journal_mode = WAL;
        CREATE TABLE space_0 (key BLOB PRIMARY KEY, size_bytes INTEGER NOT NULL, value TEXT NOT NULL)
            WITHOUT ROWID;
        INSERT INTO space_0 VALUES
            (CAST('table/a' AS BLOB), 1,
             '{"TableName":"a","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}'),
            (CAST('stream/arn-a' AS BLOB), 1,
             '{"Space":2,"TableName":"a","StreamArn":"arn-a","Enabled":true}'),
            (CAST('stream/arn-b' AS BLOB), 1,
             '{"Space":3,"TableName":"b","StreamArn":"arn-b","Enabled":false}');
        CREATE TABLE space_2 (key BLOB PRIMARY KEY, size_bytes INTEGER NOT NULL, value TEXT NOT NULL)
            WITHOUT ROWID;
        INSERT INTO space_2 VALUES (x'0000000000000001', 5, 'one'), (x'0000000000000003', 6, 'three');
        CREATE TABLE space_3 (key BLOB PRIMARY KEY, size_bytes INTEGER NOT NULL, value TEXT NOT NULL)
            WITHOUT ROWID;
        INSERT INTO space_3 VALUES (x'0000000000000002', 7, 'two'), (x'0000000000000104', 8, '260');
        PRAGMA application_id = 1415670124;
        PRAGMA user_version = 1;)");
}

std::unique_ptr<Store> open_at_the_time(const std::string& path) {
    static const ManualClock clock(opened);
    return open_store({.location = path, .clock = &clock});
}

boost::json::value row(Store& store, std::string_view key) {
    const auto stored = store.begin()->get(catalogue_space, key);
    return stored ? boost::json::parse(stored->bytes) : boost::json::value("missing");
}

std::string change_key(std::uint64_t sequence) {
    return encode_sequence(sequence) + encode_sequence(1769860800123456) + encode_sequence(0);
}

}  // namespace

TEST_CASE("streams of layout 1 get one shard and the time of the start", "[layouts]") {
    const tests::TemporaryFolder folder;
    write_layout_1(folder.path("old.db"));
    const auto store = open_at_the_time(folder.path("old.db"));
    CHECK(row(*store, "stream/arn-a") == boost::json::parse(R"({"Space":2,"TableName":"a","StreamArn":"arn-a",
        "Enabled":true,"CreatedMicroseconds":1769860800123456,
        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})"));
    CHECK(row(*store, "shards/arn-a") ==
          boost::json::parse(
              R"([{"ShardId":"shardId-00000001769860800123-8e650e39","ParentShardId":"","FirstHash":0,
        "LastHash":18446744073709551615,"StartingSequence":0,"EndingSequence":null,"ClosedMicroseconds":null,
        "TrimmedSequence":0}])"));
    CHECK(row(*store, "stream/arn-b") == boost::json::parse(R"({"Space":3,"TableName":"b","StreamArn":"arn-b",
        "Enabled":false,"CreatedMicroseconds":1769860800123456})"));
    CHECK(row(*store, "shards/arn-b") ==
          boost::json::parse(
              R"([{"ShardId":"shardId-00000001769860800123-cdbe813d","ParentShardId":"","FirstHash":0,
        "LastHash":18446744073709551615,"StartingSequence":0,"EndingSequence":260,
        "ClosedMicroseconds":1769860800123456,"TrimmedSequence":0}])"));
    const auto transaction = store->begin();
    for (const auto& [space, sequence, value, size] :
         std::vector<std::tuple<SpaceId, std::uint64_t, std::string, std::uint32_t>>{
             {2, 1, "one", 5}, {2, 3, "three", 6}, {3, 2, "two", 7}, {3, 260, "260", 8}}) {
        const auto change = transaction->get(space, change_key(sequence));
        REQUIRE(change.has_value());
        CHECK(change->bytes == value);
        CHECK(change->size_bytes == size);
        CHECK_FALSE(transaction->get(space, encode_sequence(sequence)).has_value());
    }
}

// Sets are sorted in the rows of tables, indexes and streams, but not in the catalogue.
TEST_CASE("sets of layout 2 are put in order", "[layouts]") {
    const tests::TemporaryFolder folder;
    tests::run_sql(folder.path("old.db"), R"(
        CREATE TABLE space_0 (key BLOB PRIMARY KEY, size_bytes INTEGER NOT NULL, value TEXT NOT NULL)
            WITHOUT ROWID;
        INSERT INTO space_0 VALUES (CAST('other' AS BLOB), 1, '{"SS":["b","a"]}');
        CREATE TABLE space_7 (key BLOB PRIMARY KEY, size_bytes INTEGER NOT NULL, value TEXT NOT NULL)
            WITHOUT ROWID;
        INSERT INTO space_7 VALUES
            (x'01', 5, '{"SS":{"S":"\"SS\":["},"a":{"SS":["é","b","","a\n"]}}'),
            (x'02', 6, '{"l":{"L":[{"M":{"n":{"NS":["10","-2","9"]}}},{"BS":["/w==","AAA=","AA=="]}]}}'),
            (x'03', 7, 'no JSON');
        PRAGMA application_id = 1415670124;
        PRAGMA user_version = 2;)");
    const auto store = open_at_the_time(folder.path("old.db"));
    CHECK(row(*store, "other") == boost::json::parse(R"({"SS":["b","a"]})"));
    const auto transaction = store->begin();
    const auto stored = [&](char key) { return transaction->get(7, std::string(1, key))->bytes; };
    CHECK(stored(1) == R"({"SS":{"S":"\"SS\":["},"a":{"SS":["","a\n","b","é"]}})");
    CHECK(stored(2) == R"({"l":{"L":[{"M":{"n":{"NS":["-2","9","10"]}}},{"BS":["AA==","AAA=","/w=="]}]}})");
    CHECK(stored(3) == "no JSON");
    CHECK(transaction->get(7, "\x02")->size_bytes == 6);
}

// All steps or none: a file that the older version can read stays as it was.
TEST_CASE("a file of layout 1 whose stream cannot be read stays as it was", "[layouts]") {
    const tests::TemporaryFolder folder;
    const std::string path = folder.path("old.db");
    write_layout_1(path);
    tests::run_sql(path, "UPDATE space_0 SET value = '{' WHERE key = CAST('stream/arn-b' AS BLOB)");
    const std::string before = folder.read("old.db");
    std::string refusal = "opened";
    try {
        open_at_the_time(path);
    } catch (const StorageError& error) {
        refusal = error.what();
    }
    const std::string begin = "cannot open the database file '" + path +
                              "': the catalogue is damaged: its row 'stream/arn-b' cannot be read: ";
    CHECK(refusal.substr(0, begin.size()) == begin);
    CHECK(folder.read("old.db") == before);
}
