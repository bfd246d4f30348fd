#include "engine/operation/throughput/throughput.hpp"

#include "tests/partiql/statement_engine.hpp"

namespace tailrace::partiql {
namespace {

const std::string hot_key =
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your "
    "table or index so please try again shortly. If exceptions persist, check if you have a hot key: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";

/// An engine whose table "notes" has one partition, which serves 2 reads and 2 writes a second.
struct ThrottledStatements : StatementEngine {
    ThrottledStatements() {
        engine.throughput().replace({{.table_name = "notes",
                                      .partition_read_units = 2,
                                      .partition_write_units = 2,
                                      .partitions = 1}});
    }
};

const char* const insert_a = "INSERT INTO notes VALUE {'pk':'a'}";
const char* const insert_b = "INSERT INTO notes VALUE {'pk':'b'}";
const char* const insert_c = "INSERT INTO notes VALUE {'pk':'c'}";
const char* const select_a = "SELECT * FROM notes WHERE pk = 'a'";

}  // namespace

TEST_CASE("A statement is throttled as the operation would be", "[throughput]") {
    ThrottledStatements engine;
    CHECK(engine.run(insert_a) == R"({"Items":[]})");
    CHECK(engine.run(insert_b) == R"({"Items":[]})");
    CHECK(engine.run(insert_c) == "ThrottlingException: " + hot_key);
    // Each of these pages costs half a unit.
    for (int i = 0; i < 4; ++i)
        CHECK(engine.run("SELECT * FROM notes") == R"({"Items":[{"pk":{"S":"a"}},{"pk":{"S":"b"}}]})");
    CHECK(engine.run(select_a) == "ThrottlingException: " + hot_key);
    CHECK(engine.answer("ExecuteStatement", R"({"Statement":"SELECT * FROM notes"})")
              .find(R"("throttlingReasons":[{"reason":"TableReadKeyRangeThroughputExceeded",)"
                    R"("resource":"arn:aws:dynamodb:us-east-1:000000000000:table/notes"}])") !=
          std::string::npos);
}

TEST_CASE("A statement of a batch that is throttled fails alone", "[throughput]") {
    ThrottledStatements engine;
    const std::string throttled =
        R"({"Error":{"Code":"ThrottlingError","Message":")" + hot_key + R"("},"TableName":"notes"})";
    CHECK(engine.answer("BatchExecuteStatement", statements("Statements", {insert_a, insert_b, insert_c})) ==
          R"({"Responses":[{"TableName":"notes"},{"TableName":"notes"},)" + throttled + "]}");
    CHECK(engine.answer("BatchExecuteStatement", statements("Statements", {insert_c})) ==
          R"({"Responses":[)" + throttled + "]}");
}

TEST_CASE("A statement of a transaction that is throttled cancels it", "[throughput]") {
    ThrottledStatements engine;
    const std::string cancelled =
        R"("CancellationReasons":[{"Code":"ThrottlingError","Message":")" + hot_key + R"("}])";
    const auto execute = [&](const char* statement) {
        return engine.answer("ExecuteTransaction", statements("TransactStatements", {statement}));
    };
    CHECK(execute(insert_a) == R"({"Responses":[]})");
    CHECK(execute(insert_b).find(cancelled) != std::string::npos);
    CHECK(execute(select_a) == R"({"Responses":[{"Item":{"pk":{"S":"a"}}}]})");
    CHECK(execute(select_a).find(cancelled) != std::string::npos);
}

}  // namespace tailrace::partiql
