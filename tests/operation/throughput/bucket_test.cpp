#include "engine/operation/throughput/bucket.hpp"

#include "engine/operation/throughput/throttle_setting.hpp"
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
    bucket.take(1500, five, start);
    CHECK(bucket.is_empty(five, start));
    CHECK(bucket.available(five, start + seconds(2)) == 10);
    CHECK(bucket.available(five, start + seconds(299)) == 1495);
    CHECK(bucket.available(five, start + seconds(300)) == 1500);
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

TEST_CASE("A bucket that was overdrawn is empty until the missing units have come back", "[throughput]") {
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

TEST_CASE("A bucket is full when its limit changes", "[throughput]") {
    constexpr BucketLimit ten{.units_per_second = 10, .seconds = 300};
    constexpr BucketLimit none{.units_per_second = 0, .seconds = 300};
    Bucket bucket;
    bucket.take(1600, five, start);
    CHECK(bucket.available(five, start) == -100);
    CHECK(bucket.available(ten, start) == 3000);
    bucket.take(1, ten, start);
    CHECK(bucket.available(ten, start) == 2999);
    CHECK(bucket.available({.units_per_second = 1, .seconds = 10}, start) == 10);
    CHECK(bucket.is_empty(none, start + seconds(2)));
    // What was taken under another limit is not given back.
    bucket.take(10, five, start);
    CHECK(bucket.available(ten, start) == 3000);
    bucket.give_back(10);
    CHECK(bucket.available(ten, start) == 3000);
    CHECK(Bucket().is_empty(none, start));
}

TEST_CASE("The largest bucket loses no unit", "[throughput]") {
    constexpr BucketLimit most{.units_per_second = max_units_per_second, .seconds = max_burst_seconds};
    constexpr double units = 3.6e12;
    Bucket bucket;
    CHECK(bucket.available(most, start) == units);
    bucket.take(units, most, start);
    CHECK(bucket.is_empty(most, start));
    CHECK(bucket.available(most, start + microseconds(1)) == 1000);
    CHECK(bucket.available(most, start + seconds(3599)) == units - 1e9);
    CHECK(bucket.available(most, start + seconds(1'000'000'000)) == units);
}

}  // namespace tailrace::operation
