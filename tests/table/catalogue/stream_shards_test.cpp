#include "engine/table/catalogue/stream_shards.hpp"

#include <algorithm>
#include <random>

#include "tests/catch.hpp"

using namespace tailrace;
using namespace tailrace::table;

namespace {

const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/notes/stream/2026-01-31T12:00:00.000";
constexpr Timestamp noon{std::chrono::seconds(1769860800)};

/// Returns the number of shards that hold a change.
int holders(const StreamShards& shards, const storage::ChangePlace& place) {
    int count = 0;
    for (const Shard& shard : shards.all()) {
        const storage::ChangeSlice slice = shard.slice();
        if (place.sequence > slice.after && place.sequence <= slice.up_to &&
            slice.hashes.holds(place.partition_hash)) {
            ++count;
        }
    }
    return count;
}

}  // namespace

// Whatever their number, the first shards cover all hashes without gap or overlap.
TEST_CASE("a stream's first shards share all hashes", "[stream_shards]") {
    for (const std::size_t count : {1U, 2U, 3U, 7U, 1000U}) {
        const StreamShards shards(arn, count, {noon, 5});
        REQUIRE(shards.all().size() == count);
        std::vector<storage::HashRange> ranges;
        for (const Shard& shard : shards.all()) ranges.push_back(shard.hashes);
        std::ranges::sort(ranges, {}, &storage::HashRange::first);
        CHECK(ranges.front().first == 0);
        CHECK(ranges.back().last == storage::HashRange().last);
        for (std::size_t i = 1; i < count; ++i) CHECK(ranges[i].first == ranges[i - 1].last + 1);
    }
}

// Clients page through shards in the order of their ids and expect a parent before its children, even if both
// are created in the same millisecond.
TEST_CASE("a parent sorts before its children", "[stream_shards]") {
    StreamShards shards(arn, 1, {noon, 0});
    for (std::uint64_t sequence = 1; sequence < 20; ++sequence) {
        const std::string parent = shards.widest_open()->id;
        shards.close(parent, 0, noon);
        shards.add_children(arn, parent, {noon, sequence});
    }
    CHECK(shards.all().size() == 39);
    for (std::size_t i = 0; i < shards.all().size(); ++i) {
        const Shard& shard = shards.all()[i];
        CHECK(shard.id.size() == 37);
        CHECK(shard.parent_id < shard.id);
        if (i > 0) CHECK(shards.all()[i - 1].id < shard.id);
    }
}

// At any moment every change belongs to exactly one shard, however the shards have been split.
TEST_CASE("a change belongs to one shard", "[stream_shards]") {
    std::mt19937_64 random(7);
    StreamShards shards(arn, 3, {noon, 0});
    std::uint64_t sequence = 0;
    std::vector<storage::ChangePlace> changes;
    for (int round = 0; round < 30; ++round) {
        for (int i = 0; i < 20; ++i) changes.push_back({++sequence, random()});
        const Shard parent = *shards.widest_open();
        std::uint64_t last = 0;
        for (const auto& change : changes) {
            if (change.sequence > parent.starting_sequence && parent.hashes.holds(change.partition_hash)) {
                last = change.sequence;
            }
        }
        shards.close(parent.id, last, noon);
        CHECK(*shards.find(parent.id)->ending_sequence == std::max(last, parent.starting_sequence));
        shards.add_children(arn, parent.id, {noon, ++sequence});
    }
    for (const auto& change : changes) {
        CHECK(holders(shards, change) == 1);
        CHECK(shards.holder(change)->slice().hashes.holds(change.partition_hash));
    }
    CHECK(StreamShards::from_catalogue_json(shards.catalogue_json()).catalogue_json() ==
          shards.catalogue_json());
}

TEST_CASE("shards go when they have been closed for long enough", "[stream_shards]") {
    StreamShards shards(arn, 2, {noon, 0});
    const std::string first = shards.all().front().id;
    shards.close(first, 0, noon);
    CHECK_FALSE(shards.has_closed_before(noon));
    CHECK(shards.has_closed_before(noon + std::chrono::microseconds(1)));
    shards.remove_closed_before(noon + std::chrono::microseconds(1));
    CHECK(shards.all().size() == 1);
    CHECK(shards.find(first) == nullptr);
    CHECK(shards.holder({1, shards.all().front().hashes.first == 0 ? ~std::uint64_t{0} : 0}) == nullptr);
}
