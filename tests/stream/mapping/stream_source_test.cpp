#include "stream/mapping/source/stream_source.hpp"

#include "tests/catch.hpp"
#include "tests/stream/message_table.hpp"

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
