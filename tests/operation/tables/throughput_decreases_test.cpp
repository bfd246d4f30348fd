#include "tests/operation/engine_fixture.hpp"

namespace tailrace::operation {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

/// An engine that limits decreases. Its clock shows 12:00. It has the table "stock". The table and its index
/// "by_place" have 10 read units and 10 write units each.
struct StrictEngine : TestEngine {
    explicit StrictEngine(bool is_strict = true)
        : TestEngine(storage::open_store({}), {.limits_decreases = is_strict}) {
        const std::string units =
            R"("ProvisionedThroughput":{"ReadCapacityUnits":10,"WriteCapacityUnits":10})";
        done("CreateTable", R"({"TableName":"stock",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},
                                    {"AttributeName":"place","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)" +
                                units + R"(,
            "GlobalSecondaryIndexes":[{"IndexName":"by_place","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"place","KeyType":"HASH"}],)" +
                                units + "}]}");
    }

    std::string change(int reads, int writes) {
        return refusal("UpdateTable", R"({"TableName":"stock",)" + units(reads, writes) + "}");
    }
    std::string change_index(int reads, int writes) {
        return refusal("UpdateTable", R"({"TableName":"stock","GlobalSecondaryIndexUpdates":[
            {"Update":{"IndexName":"by_place",)" +
                                          units(reads, writes) + "}}]}");
    }
    /// Carries out the four decreases that a day always has, from 10 and 10 units down to 6 and 10.
    void decrease_four_times() {
        for (const int reads : {9, 8, 7, 6}) CHECK(change(reads, 10) == "accepted");
    }
    std::int64_t decreases_today() {
        return done("DescribeTable", R"({"TableName":"stock"})")
            .at("Table")
            .at("ProvisionedThroughput")
            .at("NumberOfDecreasesToday")
            .as_int64();
    }

    static std::string units(int reads, int writes) {
        return R"("ProvisionedThroughput":{"ReadCapacityUnits":)" + std::to_string(reads) +
               R"(,"WriteCapacityUnits":)" + std::to_string(writes) + "}";
    }
};

std::string limited(const std::string& decreases, const std::string& last, const std::string& next) {
    return "LimitExceededException: Subscriber limit exceeded: Provisioned throughput decreases are limited "
           "within a given UTC day. After the first 4 decreases, each subsequent decrease in the same UTC "
           "day "
           "can be performed at most once every 3600 seconds. Number of decreases today: " +
           decreases + ". Last decrease at " + last +
           " Coordinated Universal Time. Next decrease can be made "
           "at " +
           next + " Coordinated Universal Time";
}

}  // namespace

TEST_CASE("After four decreases in a day, the next must wait an hour", "[update_table]") {
    StrictEngine engine;
    engine.decrease_four_times();
    const std::string refused =
        limited("4", "Saturday, January 31, 2026 at 12:00:00 PM", "Saturday, January 31, 2026 at 1:00:00 PM");
    CHECK(engine.change(5, 10) == refused);
    CHECK(engine.change(5, 20) == refused);
    CHECK(engine.change(6, 9) == refused);
    CHECK(engine.change(7, 11) == "accepted");
    engine.clock.advance(seconds(3599));
    CHECK(engine.change(5, 11) == refused);
    CHECK(engine.decreases_today() == 4);
    engine.clock.advance(seconds(1));
    // A decrease of both units in one request counts as one.
    CHECK(engine.change(5, 5) == "accepted");
    CHECK(engine.decreases_today() == 5);
    CHECK(engine.change(4, 5) == limited("5", "Saturday, January 31, 2026 at 1:00:00 PM",
                                         "Saturday, January 31, 2026 at 2:00:00 PM"));
}

TEST_CASE("A table and its index have limits of their own", "[update_table]") {
    StrictEngine engine;
    engine.decrease_four_times();
    for (const int writes : {9, 8, 7, 6}) CHECK(engine.change_index(10, writes) == "accepted");
    CHECK(engine.change_index(10, 5).starts_with("LimitExceededException: Subscriber limit exceeded: "));
}

TEST_CASE("Four decreases are possible again from midnight in UTC on", "[update_table]") {
    StrictEngine engine;
    engine.clock.advance(hours(11) + seconds(1230));
    engine.decrease_four_times();
    CHECK(engine.change(5, 10) == limited("4", "Saturday, January 31, 2026 at 11:20:30 PM",
                                          "Sunday, February 1, 2026 at 12:00:00 AM"));
    engine.clock.advance(seconds(2369));
    CHECK(engine.decreases_today() == 4);
    engine.clock.advance(seconds(1));
    CHECK(engine.decreases_today() == 0);
    for (const int reads : {5, 4, 3, 2}) CHECK(engine.change(reads, 10) == "accepted");
    CHECK(engine.decreases_today() == 4);
    CHECK(engine.change(1, 10) ==
          limited("4", "Sunday, February 1, 2026 at 12:00:00 AM", "Sunday, February 1, 2026 at 1:00:00 AM"));
}

TEST_CASE("Decreases are counted but not limited unless that is asked for", "[update_table]") {
    StrictEngine engine(false);
    engine.decrease_four_times();
    CHECK(engine.change(1, 10) == "accepted");
    CHECK(engine.decreases_today() == 5);
}

}  // namespace tailrace::operation
