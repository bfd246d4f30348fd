#include "engine/operation/throughput/bucket.hpp"

#include "tests/catch.hpp"

namespace tailrace::operation {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr Timestamp start{seconds(1769860800)};
constexpr BucketLimit five{.units_per_second = 5, .seconds = 300};

}  // namespace

TEST_CASE("A bucket begins full and fills up to its limit", "[throughput]") {
    Bucket bucket;
    CHECK(bucket.available(five, start) == 1500);
    CHECK(bucket.is_full_at(start));
    bucket.take(1500, five, start);
    CHECK(bucket.is_empty(five, start));
    CHECK_FALSE(bucket.is_full_at(start));
    CHECK(bucket.available(five, start + seconds(2)) == 10);
    CHECK_FALSE(bucket.is_full_at(start + seconds(299)));
    CHECK(bucket.is_full_at(start + seconds(300)));
    CHECK(bucket.available(five, start + seconds(1'000'000'000)) == 1500);
}

TEST_CASE("A bucket counts fractions exactly", "[throughput]") {
    constexpr BucketLimit one{.units_per_second = 1, .seconds = 1};
    Bucket bucket;
    bucket.take(0.5, one, start);
    CHECK_FALSE(bucket.is_empty(one, start));
    bucket.take(0.5, one, start);
    CHECK(bucket.is_empty(one, start));
    CHECK_FALSE(bucket.is_empty(one, start + microseconds(1)));
    for (int i = 1; i <= 1000; ++i) CHECK(bucket.available(one, start + microseconds(i)) == i / 1e6);
}

TEST_CASE("A bucket that was overdrawn is empty until that has come back", "[throughput]") {
    Bucket bucket;
    bucket.take(1510, five, start);
    CHECK(bucket.available(five, start) == -10);
    CHECK(bucket.is_empty(five, start + seconds(2)));
    CHECK_FALSE(bucket.is_empty(five, start + seconds(2) + microseconds(1)));
    bucket.give_back(1510);
    CHECK(bucket.available(five, start + seconds(3)) == 1500);
}

TEST_CASE("A bucket loses nothing when its clock is set back", "[throughput]") {
    Bucket bucket;
    bucket.take(1500, five, start);
    CHECK(bucket.available(five, start - seconds(1000)) == 0);
    CHECK(bucket.available(five, start - seconds(999)) == 5);
}

TEST_CASE("A bucket keeps what it has when its limit changes", "[throughput]") {
    constexpr BucketLimit ten{.units_per_second = 10, .seconds = 300};
    constexpr BucketLimit none{.units_per_second = 0, .seconds = 300};
    Bucket bucket;
    bucket.take(1400, five, start);
    CHECK(bucket.available(ten, start + seconds(1)) == 110);
    CHECK(bucket.available({.units_per_second = 1, .seconds = 10}, start + seconds(1)) == 10);
    CHECK(bucket.is_empty(none, start + seconds(2)));
    CHECK(Bucket().is_empty(none, start));
}

}  // namespace tailrace::operation
