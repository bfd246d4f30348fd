#include "tests/partiql/statement_engine.hpp"

namespace tailrace::partiql {
namespace {

std::string batch(StatementEngine& engine, std::initializer_list<std::string_view> all,
                  std::string_view more = {}) {
    return engine.answer("BatchExecuteStatement", statements("Statements", all, more));
}

const std::string refused = R"({"__type":"com.amazon.coral.validate#ValidationException","message":")";

TEST_CASE("A batch of reads answers statement by statement", "[partiql]") {
    StatementEngine engine;
    engine.run("INSERT INTO notes VALUE {'pk':'a','n':1}");
    const std::string key_only =
        R"({"Error":{"Code":"ValidationError","Message":"Select statements within BatchExecuteStatement )"
        R"(must specify the primary key in the where clause."}})";
    CHECK(batch(engine,
                {"SELECT * FROM notes WHERE pk='a'", "SELECT n FROM notes WHERE pk IN ['b']",
                 "SELECT * FROM notes WHERE n=1", "SELECT * FROM threads.by_group WHERE pk='a' AND sk='1'",
                 "SELECT * FROM nowhere WHERE pk='a'", "SLECT * FROM notes"}) ==
          R"({"Responses":[{"Item":{"n":{"N":"1"},"pk":{"S":"a"}},"TableName":"notes"},)"
          R"({"TableName":"notes"},)" +
              key_only + "," + key_only +
              R"(,{"Error":{"Code":"ResourceNotFound","Message":"Requested resource not found"}},)"
              R"({"Error":{"Code":"ValidationError","Message":"Statement wasn't well formed, can't be )"
              R"(processed: Expected data manipulation"}}]})");
}

// A single SELECT gives each path a name of its own; in a batch the item is nested as in GetItem.
TEST_CASE("A batch returns paths inside the attributes they are of", "[partiql]") {
    StatementEngine engine;
    engine.run("INSERT INTO notes VALUE {'pk':'a','m':{'x':1,'y':2},'l':['p','q']}");
    engine.run("INSERT INTO notes VALUE {'pk':'b'}");
    CHECK(batch(engine, {"SELECT m.x, l[1] FROM notes WHERE pk='a'", "SELECT m.x FROM notes WHERE pk='b'"}) ==
          R"({"Responses":[{"Item":{"l":{"L":[{"S":"q"}]},"m":{"M":{"x":{"N":"1"}}}},"TableName":"notes"},)"
          R"({"Item":{},"TableName":"notes"}]})");
}

// Each statement is independent: one that fails does not affect the others.
TEST_CASE("A batch of writes answers statement by statement", "[partiql]") {
    StatementEngine engine;
    engine.run("INSERT INTO notes VALUE {'pk':'a','s':'x'}");
    engine.run("INSERT INTO notes VALUE {'pk':'b','s':'x'}");
    engine.run("INSERT INTO notes VALUE {'pk':'c','s':'x'}");
    CHECK(batch(engine,
                {"INSERT INTO notes VALUE {'pk':'a'}", "UPDATE notes SET s='y' WHERE pk='b' AND s='no'",
                 "UPDATE notes SET n=s+1 WHERE pk='c'", "UPDATE notes SET n=1 WHERE n=1",
                 "DELETE FROM notes WHERE pk='d' RETURNING ALL OLD *", "INSERT INTO notes VALUE {'pk':'e'}",
                 "EXISTS(SELECT * FROM notes WHERE pk='a' AND s='x')"},
                R"("ReturnConsumedCapacity":"TOTAL")") ==
          R"({"Responses":[)"
          R"({"Error":{"Code":"DuplicateItem","Message":"Duplicate primary key exists in table"},)"
          R"("TableName":"notes"},)"
          R"({"Error":{"Code":"ConditionalCheckFailed","Message":"The conditional request failed"},)"
          R"("TableName":"notes"},)"
          R"({"Error":{"Code":"ValidationError","Message":"An operand in the update expression has an )"
          R"(incorrect data type"},"TableName":"notes"},)"
          R"({"Error":{"Code":"ValidationError","Message":"Where clause does not contain a mandatory )"
          R"(equality on all key attributes"}},)"
          R"({"TableName":"notes"},{"TableName":"notes"},)"
          R"({"Error":{"Code":"ValidationError","Message":"EXISTS can only be used in ExecuteTransaction )"
          R"(write requests."}}],)"
          R"("ConsumedCapacity":[{"TableName":"notes","CapacityUnits":2.0}]})");
    CHECK(engine.run("SELECT pk FROM notes WHERE pk='e'") == R"({"Items":[{"pk":{"S":"e"}}]})");
}

// Each statement has its own ReturnValuesOnConditionCheckFailure.
TEST_CASE("A batch shows the item that fails its condition", "[partiql]") {
    StatementEngine engine;
    engine.run("INSERT INTO notes VALUE {'pk':'a','s':'x'}");
    const std::string answer = engine.answer("BatchExecuteStatement", R"({"Statements":[
            {"Statement":"UPDATE notes SET s='y' WHERE pk='a' AND s='no'",
             "ReturnValuesOnConditionCheckFailure":"ALL_OLD"},
            {"Statement":"UPDATE notes SET s='y' WHERE pk='b' AND s='no'",
             "ReturnValuesOnConditionCheckFailure":"ALL_OLD"},
            {"Statement":"UPDATE notes SET s='y' WHERE pk='c' AND s='no'"}]})");
    CHECK(answer ==
          R"({"Responses":[{"Error":{"Code":"ConditionalCheckFailed","Message":"The conditional request )"
          R"(failed","Item":{"pk":{"S":"a"},"s":{"S":"x"}}},"TableName":"notes"},)"
          R"({"Error":{"Code":"ConditionalCheckFailed","Message":"The conditional request failed"},)"
          R"("TableName":"notes"},)"
          R"({"Error":{"Code":"ConditionalCheckFailed","Message":"The conditional request failed"},)"
          R"("TableName":"notes"}]})");
}

TEST_CASE("RETURNING in a batch gives one item, or none", "[partiql]") {
    StatementEngine engine;
    engine.run("INSERT INTO notes VALUE {'pk':'a','s':'x'}");
    CHECK(batch(engine, {"UPDATE notes SET s='y' WHERE pk='a' RETURNING MODIFIED NEW *"}) ==
          R"({"Responses":[{"Item":{"s":{"S":"y"}},"TableName":"notes"}]})");
    CHECK(batch(engine, {"UPDATE notes REMOVE s WHERE pk='a' RETURNING MODIFIED NEW *"}) ==
          R"({"Responses":[{"TableName":"notes"}]})");
}

TEST_CASE("each statement has its own ConsistentRead", "[partiql]") {
    StatementEngine engine;
    const std::string answer = engine.answer("BatchExecuteStatement",
                                             R"({"ReturnConsumedCapacity":"TOTAL","Statements":[
            {"Statement":"SELECT * FROM notes WHERE pk='a'","ConsistentRead":true},
            {"Statement":"SELECT * FROM notes WHERE pk=?","Parameters":[{"S":"b"}]}]})");
    CHECK(answer == R"({"Responses":[{"TableName":"notes"},{"TableName":"notes"}],)"
                    R"("ConsumedCapacity":[{"TableName":"notes","CapacityUnits":1.5}]})");
}

TEST_CASE("faults that refuse a whole batch", "[partiql]") {
    StatementEngine engine;
    CHECK(batch(engine, {"SELECT * FROM notes WHERE pk='a'", "DELETE FROM notes WHERE pk='b'"}) ==
          refused + "Read and write requests together in the same batch is not supported.\"}");
    CHECK(batch(engine, {"DELETE FROM notes WHERE pk='a'", "DELETE FROM notes WHERE pk='a'"}) ==
          refused + "Provided list of item keys contains duplicates\"}");
    CHECK(batch(engine, {}) ==
          refused +
              "1 validation error detected: Value '[]' at 'statements' failed to satisfy constraint: "
              "Member must have length greater than or equal to 1\"}");
}

}  // namespace
}  // namespace tailrace::partiql
