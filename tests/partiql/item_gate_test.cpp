#include "engine/operation/faults/fault_script.hpp"
#include "engine/table/database.hpp"
#include "tests/partiql/statement_engine.hpp"
#include "tests/table/recording_gate.hpp"

// Where statements ask the gates, as "Order of checks" in engine/README.md says.

namespace tailrace::partiql {
namespace {

using Lines = std::vector<std::string>;

/// An engine with the note "a" and a gate that refuses everything.
struct GuardedEngine {
    GuardedEngine() {
        test.run("INSERT INTO notes VALUE {'pk':'a','n':1}");
        test.engine.database().add_gate(gate);
        gate.answer = ApiError(exceptions::transaction_conflict);
    }

    tests::RecordingGate gate;
    StatementEngine test;
};

const std::string conflict = "TransactionConflictException: Transaction is ongoing for the item";

}  // namespace

TEST_CASE("A statement asks the gates after its key, before its condition", "[item_gate]") {
    GuardedEngine engine;
    CHECK(engine.test.run("DELETE FROM notes WHERE n = 5") ==
          "ValidationException: Where clause does not contain a mandatory equality on all key attributes");
    CHECK(engine.gate.asked.empty());
    CHECK(engine.test.run("INSERT INTO notes VALUE {'pk':'a'}") == conflict);
    CHECK(engine.test.run("UPDATE notes SET n = 2 WHERE pk = 'a' AND n = 5") == conflict);
    CHECK(engine.test.run("SELECT * FROM notes") == conflict);
    CHECK(engine.gate.asked == Lines{"ExecuteStatement notes write", "ExecuteStatement notes write",
                                     "ExecuteStatement notes read of a page"});
}

TEST_CASE("A statement of a batch that a gate refuses fails alone", "[item_gate]") {
    GuardedEngine engine;
    const std::string error = R"({"Error":{"Code":"TransactionConflict",)"
                              R"("Message":"Transaction is ongoing for the item"},"TableName":"notes"})";
    CHECK(engine.test.answer("BatchExecuteStatement",
                             statements("Statements", {"SELECT * FROM notes WHERE pk = 'a'"})) ==
          R"({"Responses":[)" + error + "]}");
    CHECK(engine.test.answer("BatchExecuteStatement",
                             statements("Statements", {"DELETE FROM notes WHERE pk = 'a'"})) ==
          R"({"Responses":[)" + error + "]}");
    CHECK(engine.gate.asked ==
          Lines{"BatchExecuteStatement notes read", "BatchExecuteStatement notes write"});
}

TEST_CASE("A statement of a transaction that a gate refuses cancels it", "[item_gate]") {
    GuardedEngine engine;
    for (const char* statement : {"SELECT * FROM notes WHERE pk = 'a'", "DELETE FROM notes WHERE pk = 'a'"}) {
        CHECK(engine.test.answer("ExecuteTransaction", statements("TransactStatements", {statement}))
                  .find(R"("CancellationReasons":[{"Code":"TransactionConflict",)"
                        R"("Message":"Transaction is ongoing for the item"}])") != std::string::npos);
    }
    CHECK(engine.gate.asked ==
          Lines{"ExecuteTransaction notes transactional read", "ExecuteTransaction notes write"});
}

TEST_CASE("A scripted fault about a key is met by each kind of statement", "[item_gate][faults]") {
    StatementEngine test;
    test.run("INSERT INTO notes VALUE {'pk':'a','n':1}");
    operation::FaultRule rule;
    rule.table_name = "notes";
    rule.key = AttributeMap{{"pk", AttributeValue("a")}};
    rule.effect.error = operation::FaultError{.name = "ThrottlingException", .message = "m", .reason = {}};
    test.engine.faults().replace({rule});
    CHECK(test.run("SELECT * FROM notes WHERE pk = 'a'") == "ThrottlingException: m");
    CHECK(test.run("SELECT * FROM notes") == "ThrottlingException: m");
    CHECK(test.run("DELETE FROM notes WHERE pk = 'a'") == "ThrottlingException: m");
    CHECK(test.run("SELECT * FROM notes WHERE pk = 'b'") == R"({"Items":[]})");
    CHECK(test.answer("BatchExecuteStatement",
                      statements("Statements",
                                 {"DELETE FROM notes WHERE pk = 'b'", "DELETE FROM notes WHERE pk = 'a'"})) ==
          R"({"Responses":[{"TableName":"notes"},{"Error":{"Code":"ThrottlingError","Message":"m"},)"
          R"("TableName":"notes"}]})");
    const std::string transaction = statements(
        "TransactStatements", {"DELETE FROM notes WHERE pk = 'b'", "DELETE FROM notes WHERE pk = 'a'"});
    CHECK(test.answer("ExecuteTransaction", transaction)
              .find(R"("CancellationReasons":[{"Code":"None"},{"Code":"ThrottlingError","Message":"m"}])") !=
          std::string::npos);
    // A rule without a key ends the whole request.
    rule.key.reset();
    test.engine.faults().replace({rule});
    CHECK(
        test.answer("ExecuteTransaction", transaction) ==
        R"({"__type":"com.amazon.coral.availability#ThrottlingException","message":"m","throttlingReasons":)"
        R"([{"reason":"TableWriteKeyRangeThroughputExceeded",)"
        R"("resource":"arn:aws:dynamodb:us-east-1:000000000000:table/notes"}]})");
}

}  // namespace tailrace::partiql
