#include <cstdint>
#include <string>
#include <string_view>

#include "engine/storage/postgres_store.hpp"
#include "tests/operation/engine_fixture.hpp"
#include "tests/storage/postgres_url.hpp"

// Hidden, because it needs a PostgreSQL: postgres_store_test.py starts one.

using namespace tailrace;
using tailrace::operation::TestEngine;

namespace {

/// Counts how often an engine waits for PostgreSQL.
class RoundTrips {
  public:
    RoundTrips() : engine_(storage::open_store({.location = tests::fresh_postgres_url()})) {
        engine_.create_plain_tables();
        engine_.done("CreateTable", R"({"TableName":"events","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
    }

    /// What one more request takes after a first one, which connects and prepares.
    std::uint64_t of(std::string_view operation, const std::string& request) {
        engine_.answer(operation, request);
        const std::uint64_t before = storage::postgres_round_trips();
        engine_.answer(operation, request);
        return storage::postgres_round_trips() - before;
    }

  private:
    TestEngine engine_;
};

std::string to(std::string_view table, std::string_view rest) {
    return R"({"TableName":")" + std::string(table) + R"(",)" + std::string(rest) + "}";
}

}  // namespace

TEST_CASE("a read takes one round trip, and a write one to three", "[.postgresql]") {
    constexpr std::string_view key = R"("Key":{"id":{"N":"1"}})";
    constexpr std::string_view item = R"("Item":{"id":{"N":"1"},"n":{"N":"1"}})";
    constexpr std::string_view new_item = R"("Item":{"id":{"N":"2"}},)"
                                          R"~("ConditionExpression":"attribute_not_exists(id)")~";
    constexpr std::string_view update = R"("Key":{"id":{"N":"1"}},)"
                                        R"("UpdateExpression":"ADD n :one",)"
                                        R"~("ConditionExpression":"attribute_exists(id)",)~"
                                        R"("ExpressionAttributeValues":{":one":{"N":"1"}})";
    RoundTrips round_trips;
    CHECK(round_trips.of("PutItem", to("counters", item)) == 1);
    CHECK(round_trips.of("GetItem", to("counters", key)) == 1);
    CHECK(round_trips.of("GetItem", to("counters", R"("Key":{"id":{"N":"9"}})")) == 1);
    CHECK(round_trips.of("Scan", R"({"TableName":"counters"})") == 1);
    CHECK(round_trips.of("UpdateItem", to("counters", update)) == 2);
    CHECK(round_trips.of("DeleteItem", to("counters", key)) == 1);
    // The condition does not hold.
    CHECK(round_trips.of("PutItem", to("counters", new_item)) == 1);
    CHECK(round_trips.of("PutItem", to("events", item)) == 1);
    CHECK(round_trips.of("UpdateItem", to("events", update)) == 3);
    const std::string transaction = R"({"TransactItems":[{"Put":)" + to("counters", item) +
                                    R"(},{"Update":)" + to("events", update) + "}]}";
    CHECK(round_trips.of("TransactWriteItems", transaction) == 3);
}
