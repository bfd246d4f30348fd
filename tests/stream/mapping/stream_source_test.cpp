#include "stream/mapping/source/stream_source.hpp"

#include <chrono>
#include <memory>

#include "engine/table/shared_commit.hpp"
#include "tests/catch.hpp"
#include "tests/stream/message_table.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::stream;

// Two shards in slices of two rows: each change counts once, whatever its slice and shard.
TEST_CASE("records that wait are counted in slices", "[slices]") {
    EngineOptions options;
    options.shards = 2;
    options.slice = {.rows = 2, .least_rows = 2};
    tests::MessageTable table({}, options);
    table.create();
    StreamSource source(table.engine(), "messages", "");
    CHECK(source.count_after({}) == 0);
    for (int i = 0; i < 11; ++i) table.put_message(std::to_string(i), "1", "text");
    CHECK(source.count_after({}) == 11);
    const std::uint64_t newest = source.newest_sequence();
    CHECK(source.count_after({"", newest - 4}) == 4);
    CHECK(source.count_after({"", newest}) == 0);

    // One shard has been read further than the other.
    const StreamSight sight = source.read({});
    REQUIRE(sight.shards.size() == 2);
    Checkpoint checkpoint;
    checkpoint.shards[sight.shards[0].shard.id] = {newest};
    const std::uint64_t of_second = source.count_after(checkpoint).value();
    checkpoint.shards.clear();
    checkpoint.shards[sight.shards[1].shard.id] = {newest};
    CHECK(source.count_after(checkpoint).value() + of_second == 11);
    CHECK(of_second > 0);
    CHECK(of_second < 11);
}

// Otherwise every read of a mapping would make the commit early, and requests would need more of them.
TEST_CASE("a source shows what is committed and leaves a commit that requests share to them",
          "[stream_source]") {
    tests::TemporaryFolder folder;
    tests::MessageTable messages(folder.path("data.db"));
    messages.create();
    messages.put_message("a", "1", "committed");
    StreamSource source(messages.engine(), "messages", "");
    const std::string shard = source.read({}).shards.at(0).shard.id;
    const auto read = [&] { return source.read({{shard, {.after = 0, .changes = 10}}}); };
    const StreamSight before = read();
    REQUIRE(before.shards.at(0).page->changes.size() == 1);

    messages.clock().advance(std::chrono::seconds(1));
    const Timestamp began = messages.clock().now();
    std::shared_ptr<table::SharedCommit> commit;
    Engine& engine = messages.engine();
    const boost::json::object put = {{"TableName", "messages"},
                                     {"Item", {{"pk", {{"S", "MSG#a"}}}, {"sk", {{"S", "2"}}}}}};
    engine.execute(*engine.find("PutItem"), put, {}, {.commit = &commit});
    REQUIRE(commit != nullptr);
    messages.clock().advance(std::chrono::seconds(1));

    const StreamSight during = read();
    CHECK(during.newest_sequence == before.newest_sequence);
    CHECK(during.time == began);
    CHECK(during.shards.at(0).page->changes.size() == 1);
    CHECK(during.shards.at(0).page->reached == before.newest_sequence);
    CHECK(during.shards.at(0).page->at_end);

    commit->finish();
    const StreamSight after = read();
    CHECK(after.newest_sequence == before.newest_sequence + 1);
    CHECK(after.shards.at(0).page->changes.size() == 2);
    CHECK(after.time == messages.clock().now());
}
