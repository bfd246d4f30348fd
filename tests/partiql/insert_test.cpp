#include "tests/partiql/statement_engine.hpp"

namespace tailrace::partiql {
namespace {

TEST_CASE("INSERT stores literals of every type", "[partiql]") {
    StatementEngine engine;
    CHECK(engine.run("INSERT INTO \"notes\" VALUE {'pk':'a','n':-1.50,'e':1e2,'f':.5,'b':true,'nu':null,"
                     "'l':[1,'x',[false]],'m':{'x':{'y':- 1}},'ss':<<'b','a'>>,'ns':<<2.0,1>>,'none':[],"
                     "'empty':{},'text':'','row':(1,2)}") == R"({"Items":[]})");
    CHECK(engine.run("SELECT * FROM notes WHERE pk = 'a'") ==
          R"({"Items":[{"b":{"BOOL":true},"e":{"N":"100"},"empty":{"M":{}},"f":{"N":"0.5"},)"
          R"("l":{"L":[{"N":"1"},{"S":"x"},{"L":[{"BOOL":false}]}]},"m":{"M":{"x":{"M":{"y":{"N":"-1"}}}}},)"
          R"("n":{"N":"-1.5"},"none":{"L":[]},"ns":{"NS":["1","2"]},"nu":{"NULL":true},"pk":{"S":"a"},)"
          R"("row":{"L":[{"N":"1"},{"N":"2"}]},"ss":{"SS":["a","b"]},"text":{"S":""}}]})");
}

TEST_CASE("INSERT takes parameters for whole values", "[partiql]") {
    StatementEngine engine;
    CHECK(engine.run_with("INSERT INTO notes VALUE {'pk':?,'v':?}", R"([{"S":"p"},{"BS":["AQI="]}])") ==
          R"({"Items":[]})");
    CHECK(engine.run("SELECT * FROM notes WHERE pk = 'p'") ==
          R"({"Items":[{"pk":{"S":"p"},"v":{"BS":["AQI="]}}]})");
    CHECK(engine.run_with("INSERT INTO notes VALUE {'pk':'q','v':[?]}", R"([{"S":"v"}])") ==
          "ValidationException: Unsupported data type: Parameter under key root[0] at 1:40:1");
    CHECK(engine.run("INSERT INTO notes VALUE {'pk':?}") ==
          "ValidationException: Number of parameters in request and statement don't match.");
}

// Unlike PutItem, INSERT does not replace an item. The existing item is not returned, since no condition was
// checked.
TEST_CASE("INSERT refuses a key that is there", "[partiql]") {
    StatementEngine engine;
    engine.run("INSERT INTO notes VALUE {'pk':'a','v':1}");
    CHECK(engine.answer("ExecuteStatement", R"({"Statement":"INSERT INTO notes VALUE {'pk':'a','v':2}"})") ==
          R"({"__type":"com.amazonaws.dynamodb.v20120810#DuplicateItemException",)"
          R"("message":"Duplicate primary key exists in table"})");
    const std::string showing = R"({"Statement":"INSERT INTO notes VALUE {'pk':'a'}",)"
                                R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD"})";
    CHECK(engine.answer("ExecuteStatement", showing) ==
          R"({"__type":"com.amazonaws.dynamodb.v20120810#DuplicateItemException",)"
          R"("message":"Duplicate primary key exists in table"})");
    const std::string reason = R"("Code":"DuplicateItem","Message":"Duplicate primary key exists in table")";
    CHECK(engine.answer("BatchExecuteStatement", R"({"Statements":[)" + showing + "]}") ==
          R"({"Responses":[{"Error":{)" + reason + R"(},"TableName":"notes"}]})");
    CHECK(
        engine.answer("ExecuteTransaction", R"({"TransactStatements":[)" + showing + "]}") ==
        R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"Transaction )"
        R"(cancelled, please refer cancellation reasons for specific reasons [DuplicateItem]",)"
        R"("CancellationReasons":[{)" +
            reason + "}]}");
    CHECK(engine.run("SELECT v FROM notes WHERE pk = 'a'") == R"({"Items":[{"v":{"N":"1"}}]})");
}

TEST_CASE("INSERT refuses anything but an item", "[partiql]") {
    StatementEngine engine;
    const auto refusal = [&](const std::string& value) {
        const std::string answer = engine.run("INSERT INTO threads VALUE " + value);
        return answer.substr(std::string("ValidationException: ").size());
    };
    CHECK(refusal("{'pk':'a'}") == "Key attribute should be present in the item: Key sk");
    CHECK(refusal("{'pk':5,'sk':'1'}") ==
          "Key attribute's data type should match its data type in table's schema: Key pk");
    CHECK(refusal("{'pk':'','sk':'1'}") ==
          "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
          "an "
          "empty string value. Key: pk");
    CHECK(
        refusal("{'pk':'a','sk':'1','group':5}") ==
        "One or more parameter values were invalid: Type mismatch for Index Key group Expected: S Actual: N "
        "IndexName: by_group");
    CHECK(refusal("{pk:'a'}") ==
          "Tuple keys must be of type String. Actual type: VariableReference under root at 1:28:2");
    CHECK(refusal("{'pk':'a','pk':'b'}") == "Duplicate keys in tuple. Key: pk under root at 1:37:4");
    CHECK(refusal("{'pk':'a','x':{'y':1,'y':2}}") == "Duplicate keys in tuple. Key: y under root at 1:41:1");
    CHECK(refusal("{'pk':'a','':1}") == "Path component cannot be an empty string");
    CHECK(refusal("{'pk':'a','x':b}") == "Unsupported data type: b under key root at 1:41:1");
    CHECK(refusal("{'pk':'a','x':1+1}") == "Unsupported data type: + under key root at 1:42:1");
    CHECK(refusal("{'pk':'a','x':set_add(<<'a'>>,<<'b'>>)}") ==
          "Unsupported data type: set_add under key root at 1:41:7");
    CHECK(refusal("{'pk':'a','x':`sym`}") ==
          "Ion Literals are not supported: SYMBOL under key root at 1:41:5");
    CHECK(refusal("{'pk':'a','x':<<>>}") == "Empty bags are not supported");
    CHECK(refusal("{'pk':'a','x':<<1,'a'>>}") ==
          "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags");
    CHECK(refusal("{'pk':'a','x':<<'b','b'>>}") ==
          "One or more parameter values were invalid: Input collection [b, b] contains duplicates.");
    CHECK(refusal("{'pk':'a','x':<<2,2.0>>}") ==
          "One or more parameter values were invalid: Input collection [2, 2.0] contains duplicates! under "
          "root");
    CHECK(refusal("{'pk':'a','x':{'y':1e126}}") ==
          "Number overflow. Attempting to store a number with magnitude larger than supported range under "
          "root.y");
    CHECK(refusal("{'pk':'a','x':[1,1e-131]}") ==
          "Number underflow. Attempting to store a number with magnitude smaller than supported range under "
          "root[1]");
    CHECK(refusal("{'pk':123456789012345678901234567890123456789}") ==
          "Attempting to store more than 38 significant digits in a Number under root");
    CHECK(refusal("?") == "Number of parameters in request and statement don't match.");
    CHECK(refusal("'x'") ==
          "Unsupported format in item expression. Please use struct format {...} to express item values for "
          "insert statement. at 1:27:3");
}

TEST_CASE("Values nest to 32 levels", "[partiql]") {
    StatementEngine engine;
    const auto nested = [](int levels) {
        std::string open;
        std::string close;
        for (int i = 0; i < levels; ++i) {
            open.append("{'a':");
            close.append("}");
        }
        return "INSERT INTO notes VALUE {'pk':'n','d':" + open + "1" + close + "}";
    };
    std::string place = "root";
    for (int i = 0; i < 32; ++i) place.append(".a");
    CHECK(engine.run(nested(32)) ==
          "ValidationException: Nesting Levels have exceeded supported limits under " + place);
    CHECK(engine.run(nested(31)) == R"({"Items":[]})");
}

TEST_CASE("INSERT names a table that is there, and no index", "[partiql]") {
    StatementEngine engine;
    CHECK(engine.run("INSERT INTO nowhere VALUE {'pk':'a'}") ==
          "ResourceNotFoundException: Requested resource not found");
    CHECK(engine.run("INSERT INTO \"threads\".\"by_l\" VALUE {'pk':'a','sk':'b'}") ==
          "ValidationException: FROM clause may only contain a single table name in data manipulation "
          "statements");
}

}  // namespace
}  // namespace tailrace::partiql
