#include "tests/partiql/statement_engine.hpp"

namespace tailrace::partiql {
namespace {

constexpr std::chrono::milliseconds delay{500};

/// An engine in which every change of a table takes half a second.
class SlowEngine : public StatementEngine {
  public:
    SlowEngine() : StatementEngine({.table_delay = delay}) {}

    std::string transact(std::string_view statement) {
        return answer("ExecuteTransaction", statements("TransactStatements", {statement}));
    }
    void settle() { clock.advance(delay); }
};

const std::string no_table =
    R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":)"
    R"("Transaction cancelled, please refer cancellation reasons for specific reasons [ResourceNotFound]",)"
    R"("CancellationReasons":[{"Code":"ResourceNotFound","Message":"Requested resource not found"}]})";

const std::string insert = "INSERT INTO notes VALUE {'pk':'a'}";
const std::string select = "SELECT * FROM notes WHERE pk='a'";
const std::string found = R"({"Responses":[{"Item":{"pk":{"S":"a"}}}]})";

}  // namespace

TEST_CASE("A transaction finds no table that is being created", "[partiql][transition]") {
    SlowEngine engine;
    CHECK(engine.transact(insert) == no_table);
    CHECK(engine.transact(select) == no_table);
    engine.settle();
    CHECK(engine.transact(insert) == R"({"Responses":[]})");
    CHECK(engine.transact(select) == found);
}

TEST_CASE("A transaction finds no table that is being deleted", "[partiql][transition]") {
    SlowEngine engine;
    engine.settle();
    CHECK(engine.transact(insert) == R"({"Responses":[]})");
    engine.answer("DeleteTable", R"({"TableName":"notes"})");
    CHECK(engine.transact(insert) == no_table);
    CHECK(engine.transact(select) == no_table);
}

TEST_CASE("A transaction finds a table that is being updated", "[partiql][transition]") {
    SlowEngine engine;
    engine.settle();
    engine.answer("UpdateTable", R"({"TableName":"notes","DeletionProtectionEnabled":true})");
    CHECK(engine.transact(insert) == R"({"Responses":[]})");
    CHECK(engine.transact(select) == found);
}

// The index is filled immediately, but is shown as CREATING for a while.
TEST_CASE("SELECT reads a new index when it is ACTIVE", "[partiql][transition]") {
    SlowEngine engine;
    engine.settle();
    engine.run("INSERT INTO notes VALUE {'pk':'a','made':1990}");
    engine.answer("UpdateTable", R"({"TableName":"notes",
        "AttributeDefinitions":[{"AttributeName":"made","AttributeType":"N"}],
        "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by_made",
            "Projection":{"ProjectionType":"KEYS_ONLY"},
            "KeySchema":[{"AttributeName":"made","KeyType":"HASH"}]}}]})");
    const std::string read = R"(SELECT * FROM "notes"."by_made" WHERE made=1990)";
    const std::string fault = "Cannot read from backfilling global secondary index: by_made";
    CHECK(engine.run(read) == "ValidationException: " + fault);
    CHECK(engine.answer("BatchExecuteStatement", statements("Statements", {read})) ==
          R"({"Responses":[{"Error":{"Code":"ValidationError","Message":")" + fault + R"("}}]})");
    engine.settle();
    CHECK(engine.run(read) == R"({"Items":[{"made":{"N":"1990"},"pk":{"S":"a"}}]})");
}

}  // namespace tailrace::partiql
