#include "stream/mapping/source/checkpoint.hpp"

#include "stream/mapping/delivery/invocation_history.hpp"
#include "tests/catch.hpp"
#include "tests/stream/mapping/mapping_fixture.hpp"

using namespace tailrace;
using namespace tailrace::stream;

namespace {

Invocation invocation_with(std::size_t bytes) {
    auto batch = std::make_shared<EventBatch>();
    batch->records.push_back({1, std::string(bytes, ' ')});
    Invocation invocation;
    invocation.batch = std::move(batch);
    return invocation;
}

}  // namespace

TEST_CASE("a checkpoint is read as it was written", "[checkpoint]") {
    Checkpoint checkpoint{"arn:stream", 7};
    CHECK(checkpoint.to_json() == R"({"StreamArn":"arn:stream","Sequence":7})");
    checkpoint.shards["shardId-1"] = {9, {9, 12}};
    // Where shards have numbers of their own, one may be behind the others with nothing left to do.
    checkpoint.shards["shardId-2"] = {3, {}, boost::json::object{{"State", "{}"}}};
    CHECK(checkpoint.to_json() ==
          R"({"StreamArn":"arn:stream","Sequence":7,"Shards":{"shardId-1":{"Sequence":9,"Lanes":[9,12]},)"
          R"("shardId-2":{"Sequence":3,"Window":{"State":"{}"}}}})");
    CHECK(Checkpoint::from_json(checkpoint.to_json()).to_json() == checkpoint.to_json());
    CHECK(checkpoint.of_shard("shardId-1").sequence == 9);
    CHECK(checkpoint.of_shard("shardId-2").sequence == 3);
    CHECK(checkpoint.of_shard("shardId-3") == ShardCheckpoint{7});
}

// A file may be a copy of a database that several processes have used.
TEST_CASE("the shards' rows become part of the checkpoint of a database with one process", "[checkpoint]") {
    tests::MessageTable table;
    Engine& engine = table.engine();
    CheckpointRow(engine, "mapping/a", "id").save({"arn:stream", 3});
    table::StateRow(engine.database(), shard_place("id", "shardId-1"))
        .save(R"({"Sequence":9,"Lanes":[9,12]})");
    table::StateRow(engine.database(), shard_place("other", "shardId-1")).save(R"({"Sequence":5})");
    const Checkpoint wanted{"arn:stream", 3, {{"shardId-1", {9, {9, 12}}}}};
    CHECK(CheckpointRow(engine, "mapping/a", "id").load() == wanted);
    CHECK(table::StateRow(engine.database(), "mapping/a").load() == wanted.to_json());
    CHECK_FALSE(table::StateRow(engine.database(), shard_place("id", "shardId-1")).load());
    CHECK(table::StateRow(engine.database(), shard_place("other", "shardId-1")).load());
    CHECK(CheckpointRow(engine, "mapping/a", "id").load() == wanted);
}

TEST_CASE("the history keeps the last thousand invocations, and no more than 16 MB of them", "[checkpoint]") {
    InvocationHistory history;
    for (std::size_t i = 0; i < 1005; ++i) history.add(invocation_with(10));
    CHECK(history.after(0).size() == 1000);
    CHECK(history.after(0).front().number == 6);
    history.add(invocation_with(InvocationHistory::max_bytes - 10'000));
    CHECK(history.after(0).size() < 100);
    CHECK(history.add(invocation_with(InvocationHistory::max_bytes)) == 1007);
    CHECK(history.after(0).size() == 1);
}

TEST_CASE("the id of a mapping is a UUID, and the same each time", "[checkpoint]") {
    const std::string id = mapping_id("messages/scripted");
    CHECK(id == mapping_id("messages/scripted"));
    CHECK(id != mapping_id("messages/other"));
    CHECK(id.size() == 36);
    CHECK(id.find_first_not_of("0123456789abcdef-") == std::string::npos);
    CHECK(id.at(14) == '8');
}
