#include "tests/operation/engine_fixture.hpp"

namespace tailrace::operation {
namespace {

constexpr std::chrono::milliseconds duration{200};

EngineOptions lasting() {
    EngineOptions options;
    options.transaction_duration = duration;
    return options;
}

/// An engine whose transactions take time; one of them has just written counter 1.
class BusyEngine : public TestEngine {
  public:
    BusyEngine() : TestEngine(storage::open_store({}), lasting()) {
        create_plain_tables();
        done("TransactWriteItems",
             R"({"TransactItems":[{"Put":{"TableName":"counters","Item":{"id":{"N":"1"},"n":{"N":"5"}}}}]})");
    }

    std::string on_counter(const std::string& operation, const std::string& more = "") {
        return refusal(operation, R"({"TableName":"counters",)" + more + R"("Key":{"id":{"N":"1"}}})");
    }
};

const std::string conflict = "TransactionConflictException: Transaction is ongoing for the item";

}  // namespace

TEST_CASE("a write of an item in an ongoing transaction is refused", "[transaction]") {
    BusyEngine engine;
    CHECK(engine.on_counter("DeleteItem") == conflict);
    CHECK(engine.on_counter("UpdateItem") == conflict);
    CHECK(engine.refusal("PutItem", R"({"TableName":"counters","Item":{"id":{"N":"1"}}})") == conflict);
    CHECK(engine.on_counter("GetItem") == "accepted");
    CHECK(engine.refusal("PutItem", R"({"TableName":"counters","Item":{"id":{"N":"2"}}})") == "accepted");
    engine.clock.advance(duration);
    CHECK(engine.on_counter("UpdateItem") == "accepted");
}

TEST_CASE("a transaction that conflicts with another is cancelled", "[transaction]") {
    BusyEngine engine;
    const auto written = engine.answer("TransactWriteItems", R"({"TransactItems":[
        {"Put":{"TableName":"counters","Item":{"id":{"N":"3"}}}},
        {"Delete":{"TableName":"counters","Key":{"id":{"N":"1"}}}}]})");
    CHECK(written.at("Message") ==
          "Transaction cancelled, please refer cancellation reasons for specific reasons [None, "
          "TransactionConflict]");
    const std::string reason =
        R"({"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"})";
    CHECK(written.at("CancellationReasons") == json(R"([{"Code":"None"},)" + reason + "]"));
    CHECK(engine.item("counters", R"({"id":{"N":"3"}})").is_null());
    const auto read = engine.answer("TransactGetItems", R"({"TransactItems":[
        {"Get":{"TableName":"counters","Key":{"id":{"N":"1"}}}}]})");
    CHECK(read.at("CancellationReasons") == json("[" + reason + "]"));
    engine.clock.advance(duration);
    CHECK(engine.refusal("TransactGetItems", R"({"TransactItems":[
        {"Get":{"TableName":"counters","Key":{"id":{"N":"1"}}}}]})") == "accepted");
}

TEST_CASE("a batch leaves unprocessed the items in an ongoing transaction", "[transaction]") {
    BusyEngine engine;
    const auto answer = engine.done("BatchWriteItem", R"({"RequestItems":{"counters":[
        {"DeleteRequest":{"Key":{"id":{"N":"1"}}}},{"PutRequest":{"Item":{"id":{"N":"4"}}}}]}})");
    CHECK(answer ==
          json(R"({"UnprocessedItems":{"counters":[{"DeleteRequest":{"Key":{"id":{"N":"1"}}}}]}})"));
    CHECK(engine.item("counters", R"({"id":{"N":"4"}})") == json(R"({"id":{"N":"4"}})"));
    CHECK(engine.item("counters", R"({"id":{"N":"1"}})").at("n").at("N") == "5");
}

}  // namespace tailrace::operation
