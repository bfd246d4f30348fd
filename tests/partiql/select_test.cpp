#include "engine/table/database.hpp"
#include "tests/partiql/statement_engine.hpp"

namespace tailrace::partiql {
namespace {

using namespace std::chrono_literals;

/// The sort keys of the threads that a SELECT with this `end` returns, or its error.
std::string sort_keys(StatementEngine& engine, const std::string& end) {
    std::string answer = engine.run("SELECT sk FROM threads " + end);
    if (!answer.starts_with("{")) return answer;
    std::string keys;
    const auto response = boost::json::parse(answer);
    for (const auto& each : response.at("Items").as_array()) {
        keys.append(std::string_view(each.at("sk").at("S").as_string()));
    }
    return keys;
}

const std::string overlap =
    "ValidationException: Overlapping conditions with range keys are not supported in where clause";

TEST_CASE("SELECT returns columns under the last names of their paths", "[partiql]") {
    StatementEngine engine;
    engine.run("INSERT INTO notes VALUE {'pk':'a','m':{'k':{'d':'deep'},'l':['x','y']},'s':'t'}");
    CHECK(engine.run("SELECT m.k.d, s, \"m\".\"l\"[1], none FROM notes WHERE pk='a'") ==
          R"({"Items":[{"d":{"S":"deep"},"l[1]":{"S":"y"},"s":{"S":"t"}}]})");
    CHECK(engine.run("SELECT m['k'], pk FROM notes WHERE pk='a';") ==
          R"({"Items":[{"k":{"M":{"d":{"S":"deep"}}},"pk":{"S":"a"}}]})");
    CHECK(engine.run("SELECT none FROM notes WHERE pk='a'") == R"({"Items":[{}]})");
    CHECK(engine.run("SELECT m.l[-0] FROM notes WHERE pk='a'") == R"({"Items":[{"l[0]":{"S":"x"}}]})");
}

TEST_CASE("SELECT refuses anything but a column", "[partiql]") {
    StatementEngine engine;
    const auto refusal = [&](const std::string& columns) {
        const std::string answer = engine.run("SELECT " + columns + " FROM notes");
        return answer.substr(std::string("ValidationException: ").size());
    };
    CHECK(refusal("attribute_exists(ss)") == "Unexpected path component at 1:8:16");
    CHECK(refusal("COUNT(*)") == "Unexpected path component at 1:8:5");
    CHECK(refusal("'a'") == "Unexpected path component at 1:8:3");
    CHECK(refusal("1+1") == "Unexpected path component at 1:9:1");
    CHECK(refusal("l[1.5]") == "Unexpected path component at 1:10:3");
    CHECK(refusal("l[-1]") == "List index is not within the allowable range; index: [-1] at 1:11:1");
    CHECK(refusal("m.*") == "Changing item's hierarchy while reading isn't supported");
    CHECK(refusal("m.a, a") == "Duplicate identifiers in select clause: a");
    const std::string rewrite = " with each other; must remove or rewrite one of these paths; ";
    CHECK(refusal("m, l[0], m.x, l") ==
          "Two document paths overlap" + rewrite + "path one: [m, x], path two: [m]");
    CHECK(refusal("m.x, m[0]") ==
          "Two document paths conflict" + rewrite + "path one: [m, [0]], path two: [m, x]");
    CHECK(refusal("pk.x") ==
          "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: "
          "pk");
}

TEST_CASE("FROM names a table or its index", "[partiql]") {
    StatementEngine engine;
    CHECK(engine.run("SELECT * FROM \"nowhere\" WHERE pk = 'x'") ==
          "ResourceNotFoundException: Requested resource not found");
    CHECK(engine.run("SELECT * FROM \"threads\".\"none\"") ==
          "ValidationException: The table does not have the specified index");
    CHECK(engine.run("SELECT * FROM threads.by_l.x") ==
          "ValidationException: A path may contain at most 2 components in the FROM clause");
    CHECK(engine.run("SELECT * FROM \"\" WHERE pk = 'x'") ==
          "ValidationException: Path component cannot be an empty string");
    CHECK(engine.run("SELECT * FROM threads.\"\"") ==
          "ValidationException: Path component cannot be an empty string");
    CHECK(engine.run("SELECT * FROM threads[0]") ==
          "ValidationException: Invalid list expression in source.");
    CHECK(engine.run("SELECT * FROM threads.*") ==
          "ValidationException: Unpivot path component like a.*.b are not supported at 1:23:1");
}

// A condition on the key becomes a range of rows, wherever it is in the WHERE clause.
TEST_CASE("Key conditions narrow a SELECT", "[partiql]") {
    StatementEngine engine;
    engine.fill_threads();
    CHECK(sort_keys(engine, "WHERE pk='a' AND sk='2'") == "2");
    CHECK(sort_keys(engine, "WHERE pk='a' AND sk>'1' AND sk<'4'") == "23");
    CHECK(sort_keys(engine, "WHERE pk='a' AND '2' < sk") == "34");
    CHECK(sort_keys(engine, "WHERE pk='a' AND sk BETWEEN '2' AND '3'") == "23");
    CHECK(sort_keys(engine, "WHERE begins_with(sk,'3') AND pk='a'") == "3");
    CHECK(sort_keys(engine, "WHERE pk='a' AND sk IN ['3','1']") == "13");
    CHECK(sort_keys(engine, "WHERE pk IN ['b','a'] AND sk IN ('2','4')") == "2424");
    CHECK(sort_keys(engine, "WHERE pk='a' AND (sk < '2' OR sk > '2' OR sk='2')") == "1234");
    CHECK(sort_keys(engine, "WHERE pk='a' AND sk <> '1' AND n < 4") == "23");
    CHECK(sort_keys(engine, "WHERE pk='a' AND pk='b'").empty());
    CHECK(sort_keys(engine, "WHERE pk='a' AND sk>'3' AND sk<'2'").empty());
    CHECK(sort_keys(engine, "WHERE sk='1' OR pk='none'") == "11");
    CHECK(
        engine.run("SELECT sk FROM threads WHERE pk='a' AND sk>'2'", R"("ReturnConsumedCapacity":"TOTAL")") ==
        R"({"Items":[{"sk":{"S":"3"}},{"sk":{"S":"4"}}],)"
        R"("ConsumedCapacity":{"TableName":"threads","CapacityUnits":0.5}})");
}

TEST_CASE("Branches may not overlap", "[partiql]") {
    StatementEngine engine;
    engine.fill_threads();
    for (const char* where : {"pk IN ['a','a']", "pk='a' OR pk='a'", "pk='a' AND (sk > '0' OR sk < '5')",
                              "pk='a' AND (sk='1' OR n=2)", "(pk='a' AND n=1) OR (pk='a' AND n=2)",
                              "pk='a' AND n <> 1 OR pk='a' AND sk='2'"}) {
        INFO(where);
        CHECK(sort_keys(engine, "WHERE " + std::string(where)) == overlap);
    }
    CHECK(sort_keys(engine, "WHERE pk='a' AND NOT sk='1' OR pk='a' AND sk='2'") == "234");
    CHECK(sort_keys(engine, "WHERE pk='a' OR pk='a' AND NOT sk='1'") == "1234");
    CHECK(sort_keys(engine, "WHERE pk='a' AND NOT sk IN ['1','3'] OR pk='a' AND sk='3'") == "234");
}

TEST_CASE("A SELECT becomes at most fifty reads", "[partiql]") {
    StatementEngine engine;
    const auto values = [](int count) {
        std::string list;
        for (int i = 0; i < count; ++i)
            list.append(i == 0 ? "'v" : ",'v").append(std::to_string(i)).append("'");
        return "[" + list + "]";
    };
    const std::string too_many =
        "ValidationException: Too many decomposed read operations for a given query.";
    CHECK(sort_keys(engine, "WHERE pk IN " + values(51)) == too_many);
    CHECK(sort_keys(engine, "WHERE pk IN " + values(26) + " AND sk IN ['1','2']") == too_many);
    CHECK(sort_keys(engine, "WHERE pk IN " + values(50) + " AND n IN " + values(100)).empty());
    CHECK(sort_keys(engine, "WHERE pk IN " + values(51) + " OR n=1").empty());
    CHECK(sort_keys(engine, "WHERE pk='a' AND n IN " + values(101)) ==
          "ValidationException: The IN operator is provided with too many operands; number of operands: 101");
}

TEST_CASE("Values of keys have the key's type", "[partiql]") {
    StatementEngine engine;
    const std::string mismatch =
        "ValidationException: Key attribute's data type should match its data type in table's schema: Key ";
    CHECK(sort_keys(engine, "WHERE pk=5") == mismatch + "pk");
    CHECK(sort_keys(engine, "WHERE pk=1 OR pk='a'") == mismatch + "pk");
    CHECK(sort_keys(engine, "WHERE pk='a' AND sk IN ['1',2]") == mismatch + "sk");
    CHECK(sort_keys(engine, "WHERE pk > 1").empty());
    CHECK(sort_keys(engine, "WHERE pk=''") ==
          "ValidationException: One or more parameter values are not valid. The AttributeValue for a key "
          "attribute cannot contain an empty string value. Key: pk");
    CHECK(
        sort_keys(engine, "WHERE pk='a' AND sk.x=1") ==
        "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are "
        "not allowed: Key: sk");
}

TEST_CASE("ORDER BY with DESC reverses the order of reads", "[partiql]") {
    StatementEngine engine;
    engine.fill_threads();
    CHECK(sort_keys(engine, "WHERE pk='a' ORDER BY sk DESC") == "4321");
    CHECK(sort_keys(engine, "WHERE pk='a' ORDER BY sk ASC") == "1234");
    CHECK(sort_keys(engine, "WHERE pk='a' AND sk IN ['1','3'] ORDER BY sk DESC") == "31");
    CHECK(engine.run("SELECT pk, sk FROM threads WHERE pk IN ['a','b'] AND sk < '3' ORDER BY pk DESC, sk") ==
          R"({"Items":[{"pk":{"S":"b"},"sk":{"S":"1"}},{"pk":{"S":"b"},"sk":{"S":"2"}},)"
          R"({"pk":{"S":"a"},"sk":{"S":"1"}},{"pk":{"S":"a"},"sk":{"S":"2"}}]})");
    const std::string refused = "ValidationException: ";
    CHECK(sort_keys(engine, "ORDER BY sk") ==
          refused + "Must have WHERE clause in the statement when using ORDER BY clause.");
    CHECK(sort_keys(engine, "WHERE n=1 ORDER BY sk") ==
          refused +
              "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY "
              "clause.");
    CHECK(sort_keys(engine, "WHERE pk='a' ORDER BY n") ==
          refused + "Variable reference n in ORDER BY clause must be part of the primary key");
    CHECK(sort_keys(engine, "WHERE pk='a' ORDER BY m.a") ==
          refused + "Argument to ORDER BY must be of type VariableReference. Type: PATH");
    CHECK(sort_keys(engine, "WHERE pk IN ['a','b'] ORDER BY sk") ==
          refused +
              "Must have hash key in ORDER BY clause when more than one hash key condition specified in "
              "WHERE clause.");
}

TEST_CASE("An index is read by its own key", "[partiql]") {
    StatementEngine engine;
    engine.run("INSERT INTO threads VALUE {'pk':'a','sk':'1','group':'x','l':'9','n':1}");
    engine.run("INSERT INTO threads VALUE {'pk':'a','sk':'2','n':2}");
    CHECK(engine.run("SELECT * FROM \"threads\".\"by_group\" WHERE \"group\"='x'") ==
          R"({"Items":[{"group":{"S":"x"},"pk":{"S":"a"},"sk":{"S":"1"}}]})");
    CHECK(engine.run("SELECT n FROM threads.by_l WHERE pk='a' AND l > '0'",
                     R"("ReturnConsumedCapacity":"INDEXES")") ==
          R"({"Items":[{"n":{"N":"1"}}],"ConsumedCapacity":{"TableName":"threads","CapacityUnits":1.0,)"
          R"("Table":{"CapacityUnits":0.5},"LocalSecondaryIndexes":{"by_l":{"CapacityUnits":0.5}}}})");
    CHECK(engine.run("SELECT n FROM threads.by_group WHERE \"group\"='x'") ==
          "ValidationException: One or more parameter values were invalid: Global secondary index by_group "
          "does "
          "not project [n]");
    CHECK(engine.run("SELECT pk FROM threads.by_group WHERE \"group\"='x'", R"("ConsistentRead":true)") ==
          "ValidationException: Strongly consistent read is not supported on Global Secondary Indexes");
}

// As observed on AWS: only a keyed read is refused, and only if none of its branches can be answered.
TEST_CASE("A keyed read of an index filters by what the index holds", "[partiql]") {
    StatementEngine engine;
    engine.fill_threads();
    const auto read = [&](const std::string& where) {
        return engine.run("SELECT pk FROM threads.by_group WHERE " + where);
    };
    const std::string refused =
        "ValidationException: One or more parameter values were invalid: Secondary index by_group does not "
        "project one or more filter attributes: ";
    CHECK(read("\"group\"='y' AND b='1' AND (a='2' OR sk='3')") == refused + "[a, b]");
    CHECK(read("\"group\"='y' AND (zz='1' OR aa='2' OR mm='3')") == refused + "[zz, aa, mm]");
    CHECK(read("\"group\" IN ['y','z'] AND NOT n=1") == refused + "[n]");
    CHECK(read("(\"group\"='q' AND u1='1') OR (\"group\"='b' AND u2='1')") == refused + "[u1]");
    for (const char* accepted : {"n=1", "\"group\" > 'a' AND n=1", "(\"group\"='y' AND n=1) OR n=2",
                                 "(\"group\"='y' AND sk='1') OR (\"group\"='z' AND n=1)"}) {
        INFO(accepted);
        CHECK(read(accepted) == R"({"Items":[]})");
    }
}

TEST_CASE("NextToken continues where a page ended", "[partiql]") {
    StatementEngine engine;
    engine.fill_threads();
    const std::string select = "SELECT pk, sk FROM threads WHERE pk IN ['a','b'] AND sk < '4'";
    std::string seen;
    std::string token;
    int pages = 0;
    do {
        const std::string more =
            "\"Limit\":2" + (token.empty() ? std::string() : ",\"NextToken\":\"" + token + "\"");
        const auto page = boost::json::parse(engine.run(select, more)).as_object();
        for (const auto& each : page.at("Items").as_array()) {
            seen.append(std::string_view(each.at("pk").at("S").as_string()));
            seen.append(std::string_view(each.at("sk").at("S").as_string())).append(" ");
        }
        token = page.contains("NextToken") ? std::string(page.at("NextToken").as_string()) : std::string();
        ++pages;
        REQUIRE(pages < 10);
    } while (!token.empty());
    CHECK(seen == "a1 a2 a3 b1 b2 b3 ");
    CHECK(pages == 4);
}

TEST_CASE("A NextToken is of one table and index", "[partiql]") {
    StatementEngine engine;
    engine.fill_threads();
    const std::string invalid = "ValidationException: Invalid NextToken";
    const auto page = boost::json::parse(
        engine.run("SELECT pk FROM threads.by_group_l WHERE \"group\"='x'", R"("Limit":1)"));
    CHECK(boost::json::serialize(page.at("LastEvaluatedKey")) ==
          R"({"group":{"S":"x"},"l":{"S":"5"},"pk":{"S":"a"},"sk":{"S":"4"}})");
    const std::string more = "\"NextToken\":\"" + std::string(page.at("NextToken").as_string()) + "\"";
    CHECK(engine.run("SELECT pk FROM threads.by_group WHERE \"group\"='x'", more) == invalid);
    CHECK(engine.run("SELECT pk FROM threads WHERE pk='a'", more) == invalid);
    for (const char* token : {"abc", "e30=", "bnVsbA==", "W10="}) {
        CHECK(engine.run("SELECT pk FROM threads", "\"NextToken\":\"" + std::string(token) + "\"") ==
              invalid);
    }
}

// As on AWS, a syntax error is reported before the keys of the index, and every other fault after them.
// Source: the observations of AWS in paritysuite/dynamodb-conformance, partiqlMultiAttributeIndex.test.ts,
// October 2026.
TEST_CASE("An index with keys of several attributes takes no statement", "[partiql]") {
    StatementEngine engine;
    engine.answer("CreateTable", R"({"TableName":"wide","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},
                                {"AttributeName":"h1","AttributeType":"S"},
                                {"AttributeName":"h2","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
        "GlobalSecondaryIndexes":[{"IndexName":"gsi","Projection":{"ProjectionType":"ALL"},
            "KeySchema":[{"AttributeName":"h1","KeyType":"HASH"},
                         {"AttributeName":"h2","KeyType":"HASH"}]}]})");
    const std::string refused =
        "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute "
        "RANGE keys.";
    for (const std::string_view select :
         {"COUNT(*) FROM wide.gsi", "count(*) FROM wide.gsi WHERE h1 = 'a'", "* FROM wide.gsi",
          "* FROM wide.gsi WHERE h1 = 5", "* FROM wide.gsi WHERE id = 'i'"}) {
        CAPTURE(select);
        CHECK(engine.run("SELECT " + std::string(select)) == "ValidationException: " + refused);
    }
    CHECK(engine.run("SELECT * FROM wide.gsi WHERE") ==
          "ValidationException: Statement wasn't well formed, can't be processed: Unexpected term");
    CHECK(
        engine.answer("BatchExecuteStatement", statements("Statements", {"SELECT COUNT(*) FROM wide.gsi"})) ==
        R"({"Responses":[{"Error":{"Code":"ValidationError","Message":")" + refused + R"("}}]})");
    CHECK(engine.run("SELECT COUNT(*) FROM threads.by_group") ==
          "ValidationException: Unexpected path component at 1:8:5");
    CHECK(engine.run("SELECT COUNT(*) FROM notes") ==
          "ValidationException: Unexpected path component at 1:8:5");
}

// Source: the observations of AWS in paritysuite/dynamodb-conformance, October 2026.
TEST_CASE("Of several faulty parameters the first in the request is reported, however deep another is",
          "[partiql]") {
    StatementEngine engine;
    std::string deep = R"({"S":"leaf"})";
    for (int i = 0; i < 100; ++i) deep = R"({"M":{"n":)" + deep + "}}";
    const auto refused = [&](const std::string& parameters) {
        return engine.run_with("INSERT INTO notes VALUE {'pk':?,'v':?}", "[" + parameters + "]");
    };
    const std::string no_number =
        "ValidationException: The parameter cannot be converted to a numeric value: abc";
    const std::string too_deep =
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
        "supported limit";
    CHECK(refused(R"({"N":"abc"},)" + deep) == no_number);
    CHECK(refused(deep + R"(,{"N":"abc"})") == "ValidationException: " + too_deep);
    CHECK(refused(R"({"S":"a"},{"M":{"z":{"N":"abc"},"a":)" + deep + "}}") == no_number);
    CHECK(refused(R"({"S":"a"},{"M":{"z":)" + deep + R"(,"a":{"N":"abc"}}})") ==
          "ValidationException: " + too_deep);
    CHECK(engine.answer("BatchExecuteStatement",
                        R"({"Statements":[{"Statement":"INSERT INTO notes VALUE {'pk':'a','v':?}",)"
                        R"("Parameters":[)" +
                            deep + R"(]},{"Statement":"INSERT INTO notes VALUE {'pk':'b'}"}]})") ==
          R"({"Responses":[{"Error":{"Code":"ValidationError","Message":")" + too_deep +
              R"("}},{"TableName":"notes"}]})");
}

TEST_CASE("SELECT shows what was there a while ago, if reads lag behind", "[partiql]") {
    StatementEngine engine;
    engine.fill_threads();
    engine.engine.database().set_read_lags({.others = {1s, 3s}});
    engine.run("DELETE FROM threads WHERE pk='a' AND sk='2'");
    engine.run("UPDATE threads SET l='1' WHERE pk='a' AND sk='3'");
    engine.run("INSERT INTO threads VALUE {'pk':'a','sk':'5','group':'x','l':'4'}");
    const auto from_index = [&] {
        return engine.run("SELECT sk FROM threads.by_group_l WHERE \"group\"='x' AND l<'7' AND pk='a'");
    };
    CHECK(sort_keys(engine, "WHERE pk='a'") == "1234");
    CHECK(sort_keys(engine, "WHERE pk='a' AND n>0 ORDER BY sk DESC") == "4321");
    CHECK(from_index() == R"({"Items":[{"sk":{"S":"4"}},{"sk":{"S":"3"}}]})");
    CHECK(engine.run("SELECT sk FROM threads WHERE pk='a' AND sk>='4'", R"("ConsistentRead":true)") ==
          R"({"Items":[{"sk":{"S":"4"}},{"sk":{"S":"5"}}]})");
    const auto batch = [&](const std::string& more) {
        return engine.answer(
            "BatchExecuteStatement",
            R"({"Statements":[{"Statement":"SELECT sk FROM threads WHERE pk='a' AND sk='5'")" + more + "}]}");
    };
    CHECK(batch("") == R"({"Responses":[{"TableName":"threads"}]})");
    CHECK(batch(R"(,"ConsistentRead":true)") ==
          R"({"Responses":[{"Item":{"sk":{"S":"5"}},"TableName":"threads"}]})");
    CHECK(
        engine.answer("ExecuteTransaction",
                      statements("TransactStatements", {"SELECT sk FROM threads WHERE pk='a' AND sk='5'"})) ==
        R"({"Responses":[{"Item":{"sk":{"S":"5"}}}]})");
    engine.clock.advance(1s);
    CHECK(sort_keys(engine, "WHERE pk='a'") == "1345");
    CHECK(from_index() == R"({"Items":[{"sk":{"S":"4"}},{"sk":{"S":"3"}}]})");
    engine.clock.advance(2s);
    CHECK(from_index() == R"({"Items":[{"sk":{"S":"3"}},{"sk":{"S":"5"}},{"sk":{"S":"4"}}]})");
}

}  // namespace
}  // namespace tailrace::partiql
