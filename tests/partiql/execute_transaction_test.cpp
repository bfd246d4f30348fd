#include "tests/partiql/statement_engine.hpp"

namespace tailrace::partiql {
namespace {

std::string transact(StatementEngine& engine, std::initializer_list<std::string_view> all,
                     std::string_view more = {}) {
    return engine.answer("ExecuteTransaction", statements("TransactStatements", all, more));
}

const std::string refused_transaction =
    R"({"__type":"com.amazon.coral.validate#ValidationException","message":")";

/// The body of a TransactionCanceledException with these codes and reasons.
std::string canceled(const std::string& codes, const std::string& reasons) {
    return R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":)"
           R"("Transaction cancelled, please refer cancellation reasons for specific reasons [)" +
           codes + R"(]","CancellationReasons":[)" + reasons + "]}";
}

std::string reason(const std::string& code, const std::string& message) {
    return R"({"Code":")" + code + R"(","Message":")" + message + R"("})";
}

const std::string none = R"({"Code":"None"})";

TEST_CASE("A transaction of writes takes place as a whole", "[partiql]") {
    StatementEngine engine;
    engine.run("INSERT INTO notes VALUE {'pk':'a','n':1}");
    CHECK(transact(engine, {"INSERT INTO notes VALUE {'pk':'b'}", "UPDATE notes SET n = n + 1 WHERE pk='a'",
                            "DELETE FROM notes WHERE pk='none' AND n=5",
                            "EXISTS(SELECT * FROM threads WHERE (pk='a' AND sk='1') AND n=1)"}) ==
          canceled("None, None, None, ConditionalCheckFailed",
                   none + "," + none + "," + none + "," +
                       reason("ConditionalCheckFailed", "The conditional request failed")));
    CHECK(engine.run("SELECT * FROM notes") == R"({"Items":[{"n":{"N":"1"},"pk":{"S":"a"}}]})");
    engine.run("INSERT INTO threads VALUE {'pk':'a','sk':'1','n':1}");
    CHECK(transact(engine,
                   {"FROM notes WHERE pk='a' SET n = n + 1",
                    "EXISTS(SELECT * FROM threads WHERE (pk='a' AND sk='1') AND none IS MISSING)"},
                   R"("ReturnConsumedCapacity":"TOTAL")") ==
          R"({"Responses":[],"ConsumedCapacity":[)"
          R"({"TableName":"notes","WriteCapacityUnits":2.0,"CapacityUnits":2.0},)"
          R"({"TableName":"threads","WriteCapacityUnits":2.0,"CapacityUnits":2.0}]})");
    CHECK(engine.run("SELECT n FROM notes WHERE pk='a'") == R"({"Items":[{"n":{"N":"2"}}]})");
}

TEST_CASE("a fault of one member cancels the transaction", "[partiql]") {
    StatementEngine engine;
    engine.run("INSERT INTO threads VALUE {'pk':'a','sk':'1','n':1}");
    const std::string mismatch =
        reason("ValidationError", "The provided key element does not match the schema");
    CHECK(transact(engine, {"INSERT INTO threads VALUE {'pk':'a','sk':'1'}",
                            "INSERT INTO threads VALUE {'pk':'a','sk':'2'}"}) ==
          canceled("DuplicateItem, None",
                   reason("DuplicateItem", "Duplicate primary key exists in table") + "," + none));
    CHECK(transact(
              engine,
              {"UPDATE threads SET n=1 WHERE pk='a'", "DELETE FROM threads WHERE pk='a' AND sk=1",
               "INSERT INTO threads VALUE {'pk':'b'}", "UPDATE threads SET n=1 WHERE pk='a' AND sk='1'"}) ==
          canceled("ValidationError, ValidationError, ValidationError, None",
                   mismatch + "," + mismatch + "," +
                       reason("ValidationError",
                              "One or more parameter values were invalid: Missing the key sk in the item") +
                       "," + none));
    CHECK(transact(engine, {"UPDATE nowhere SET n=1 WHERE pk='a' RETURNING ALL NEW *",
                            "DELETE FROM threads WHERE pk='a' AND sk='1'"}) ==
          canceled("ResourceNotFound, None",
                   reason("ResourceNotFound", "Requested resource not found") + "," + none));
    CHECK(engine.answer("ExecuteTransaction",
                        R"({"TransactStatements":[{"ReturnValuesOnConditionCheckFailure":"ALL_OLD",
                            "Statement":"DELETE FROM threads WHERE pk='a' AND sk='1' AND n=9"}]})") ==
          canceled("ConditionalCheckFailed",
                   R"({"Code":"ConditionalCheckFailed","Message":"The conditional request failed",)"
                   R"("Item":{"n":{"N":"1"},"pk":{"S":"a"},"sk":{"S":"1"}}})"));
}

TEST_CASE("A transaction inserts 4 MB at the most", "[partiql]") {
    StatementEngine engine;
    const std::string text = std::string(390'000, 'x');
    std::string all;
    for (const char key : std::string("abcdefghijk")) {
        all.append(all.empty() ? "" : ",");
        all.append(R"({"Statement":"INSERT INTO notes VALUE {'pk':')").append(1, key);
        all.append(R"(','t':?}","Parameters":[{"S":")").append(text).append(R"("}]})");
    }
    CHECK(engine.answer("ExecuteTransaction", R"({"TransactStatements":[)" + all + "]}") ==
          refused_transaction + R"(Transaction payload size cannot exceed 4MB. Payload Size: 4290044"})");
    CHECK(engine.run("SELECT * FROM notes") == R"({"Items":[]})");
}

TEST_CASE("A transaction of reads reads by the key alone", "[partiql]") {
    StatementEngine engine;
    engine.run("INSERT INTO notes VALUE {'pk':'a','n':1}");
    CHECK(transact(engine,
                   {"SELECT n FROM notes WHERE pk='a' AND pk='a'", "SELECT * FROM notes WHERE pk IN ['b']"},
                   R"("ReturnConsumedCapacity":"TOTAL")") ==
          R"({"Responses":[{"Item":{"n":{"N":"1"}}},{}],"ConsumedCapacity":[)"
          R"({"TableName":"notes","ReadCapacityUnits":4.0,"CapacityUnits":4.0}]})");
    engine.run("INSERT INTO notes VALUE {'pk':'m','m':{'x':1,'y':2}}");
    CHECK(transact(engine, {"SELECT m.y FROM notes WHERE pk='m'"}) ==
          R"({"Responses":[{"Item":{"m":{"M":{"y":{"N":"2"}}}}}]})");
    const std::string by_key = refused_transaction +
                               "Validation failed in TransactStatements[1]: Select statements within "
                               "ExecuteTransaction must specify the primary key in the where clause.\"}";
    for (const char* where : {"", " WHERE n=1", " WHERE pk='b' AND n=1", " WHERE pk='a' AND pk='b'"}) {
        INFO(where);
        CHECK(transact(engine, {"SELECT * FROM notes WHERE pk='a'",
                                "SELECT * FROM notes" + std::string(where)}) == by_key);
    }
    CHECK(transact(engine, {"SELECT * FROM notes WHERE pk IN ['a','a']"}) ==
          refused_transaction +
              "Validation failed in TransactStatements[0]: Overlapping conditions with range keys are not "
              "supported in where clause\"}");
    CHECK(transact(engine, {"SELECT * FROM threads.by_group WHERE pk='a'"}) ==
          refused_transaction +
              "Validation failed in TransactStatements[0]: Reads on indices are not supported within "
              "transactions.\"}");
    CHECK(transact(engine, {"SELECT * FROM notes WHERE pk='a'", "SELECT n FROM notes WHERE pk='a'"}) ==
          refused_transaction + "Transaction request cannot include multiple operations on one item\"}");
    CHECK(transact(engine, {"SELECT * FROM notes WHERE pk='a'", "SELECT * FROM notes WHERE pk=1"}) ==
          canceled(
              "None, ValidationError",
              none + "," + reason("ValidationError", "The provided key element does not match the schema")));
}

TEST_CASE("Faults of a statement name its place", "[partiql]") {
    StatementEngine engine;
    const std::string first = refused_transaction + "Validation failed in TransactStatements[0]: ";
    CHECK(transact(engine, {"SELECT * FROM notes WHERE"}) ==
          first + "Statement wasn't well formed, can't be processed: Unexpected term\"}");
    CHECK(transact(engine, {"UPDATE notes SET n=1 WHERE pk='a' RETURNING ALL NEW *"}) ==
          first + "RETURNING clause is not supported in ExecuteTransaction.\"}");
    CHECK(transact(engine, {"UPDATE threads.by_l SET n=1 WHERE pk='a'"}) ==
          first + "This operation is not supported on an index\"}");
    CHECK(transact(engine, {"EXISTS(SELECT * FROM notes WHERE pk='a')"}) ==
          first + "EXISTS() must contain a single item read with additional condition\"}");
    CHECK(transact(engine, {"SELECT * FROM notes WHERE pk='a'", "DELETE FROM notes WHERE pk='b'"}) ==
          refused_transaction +
              "ExecuteTransaction API does not support both read and write operations in the same "
              "request.\"}");
    CHECK(transact(engine, {"DELETE FROM notes WHERE pk='b'", "DELETE FROM notes WHERE pk='b'"}) ==
          refused_transaction + "Transaction request cannot include multiple operations on one item\"}");
}

// The repetition with the same token only reads.
TEST_CASE("A client request token carries a transaction out once", "[partiql]") {
    StatementEngine engine;
    engine.run("INSERT INTO notes VALUE {'pk':'a','n':0}");
    const auto add = [&](const char* statement) {
        return transact(engine, {statement},
                        R"("ClientRequestToken":"once","ReturnConsumedCapacity":"TOTAL")");
    };
    CHECK(add("UPDATE notes SET n = n + 1 WHERE pk='a'") ==
          R"({"Responses":[],"ConsumedCapacity":[)"
          R"({"TableName":"notes","WriteCapacityUnits":2.0,"CapacityUnits":2.0}]})");
    CHECK(add("UPDATE notes SET n = n + 1 WHERE pk='a'") ==
          R"({"Responses":[],"ConsumedCapacity":[)"
          R"({"TableName":"notes","ReadCapacityUnits":2.0,"CapacityUnits":2.0}]})");
    CHECK(add("UPDATE notes SET n = n + 2 WHERE pk='a'") ==
          R"({"__type":"com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException",)"
          R"("Message":"IdempotentParameterMismatch"})");
    CHECK(engine.run("SELECT n FROM notes WHERE pk='a'") == R"({"Items":[{"n":{"N":"1"}}]})");
}

}  // namespace
}  // namespace tailrace::partiql
