#include "tests/partiql/statement_engine.hpp"

namespace tailrace::partiql {
namespace {

constexpr const char* item =
    "INSERT INTO notes VALUE {'pk':'a','n':5,'s':'str','ss':<<'x','y'>>,'l':[1,2,3],'m':{'k':{'d':1},'o':2}}";

/// Runs an UPDATE of the item and returns what it changed.
std::string changed(StatementEngine& engine, const std::string& clauses) {
    return engine.run("UPDATE notes " + clauses + " WHERE pk='a' RETURNING MODIFIED NEW *");
}

TEST_CASE("SET computes its values from the old item", "[partiql]") {
    StatementEngine engine;
    engine.run(item);
    CHECK(changed(engine, "SET n = n + 1") == R"({"Items":[{"n":{"N":"6"}}]})");
    CHECK(engine.run("UPDATE notes SET n=n--1 WHERE pk='a'") ==
          "ValidationException: Where clause does not contain a mandatory equality on all key attributes");
    CHECK(changed(engine, "SET n = n - - 2, q = (n)") == R"({"Items":[{"n":{"N":"8"},"q":{"N":"6"}}]})");
    CHECK(changed(engine, "SET l = list_append(l, [9]) SET s = 'new'") ==
          R"({"Items":[{"l":{"L":[{"N":"1"},{"N":"2"},{"N":"3"},{"N":"9"}]},"s":{"S":"new"}}]})");
    CHECK(changed(engine, "SET z = if_not_exists(z, 0) + 1") == R"({"Items":[{"z":{"N":"1"}}]})");
    CHECK(changed(engine, "SET ss = set_add(ss, <<'z'>>)") == R"({"Items":[{"ss":{"SS":["x","y","z"]}}]})");
    CHECK(changed(engine, "SET ss = SET_DELETE(ss, <<'x','y'>>)") == R"({"Items":[{"ss":{"SS":["z"]}}]})");
    CHECK(changed(engine, "SET ss = set_add(ss, <<'a'>>)") == R"({"Items":[{"ss":{"SS":["a","z"]}}]})");
    CHECK(changed(engine, "SET ss = set_delete(ss, <<'a','z'>>)") == R"({"Items":[]})");
    CHECK(changed(engine, "SET m.k.d = 'leaf' REMOVE m.o") ==
          R"({"Items":[{"m":{"M":{"k":{"M":{"d":{"S":"leaf"}}}}}}]})");
    CHECK(changed(engine, "SET m['j'] = 1") == R"({"Items":[{"m":{"M":{"j":{"N":"1"}}}}]})");
}

// The paths of the statement are looked up in the item; list elements that they find are put side by side.
TEST_CASE("RETURNING shows what was asked for", "[partiql]") {
    StatementEngine engine;
    engine.run("INSERT INTO notes VALUE {'pk':'a','l':['a','b','c'],'keep':1}");
    const auto run = [&](const std::string& clauses, const std::string& returning) {
        return engine.run("UPDATE notes " + clauses + " WHERE pk='a' RETURNING " + returning + " *");
    };
    CHECK(run("SET l[2] = 'y', l[0] = 'x'", "MODIFIED OLD") ==
          R"({"Items":[{"l":{"L":[{"S":"a"},{"S":"c"}]}}]})");
    CHECK(run("SET l[9] = 'z'", "MODIFIED NEW") == R"({"Items":[]})");
    CHECK(run("REMOVE l[1]", "MODIFIED NEW") == R"({"Items":[{"l":{"L":[{"S":"y"}]}}]})");
    CHECK(run("SET v = 1", "MODIFIED OLD") == R"({"Items":[]})");
    CHECK(run("SET v = 2", "ALL OLD") ==
          R"({"Items":[{"keep":{"N":"1"},"l":{"L":[{"S":"x"},{"S":"y"},{"S":"z"}]},"pk":{"S":"a"},)"
          R"("v":{"N":"1"}}]})");
    CHECK(run("REMOVE l", "ALL NEW") == R"({"Items":[{"keep":{"N":"1"},"pk":{"S":"a"},"v":{"N":"2"}}]})");
    CHECK(engine.run("FROM notes WHERE pk = 'a' SET v = 3 RETURNING MODIFIED NEW *") ==
          R"({"Items":[{"v":{"N":"3"}}]})");
}

// An UPDATE creates no item, and a DELETE does not need one.
TEST_CASE("UPDATE and DELETE write under a condition", "[partiql]") {
    StatementEngine engine;
    engine.run(item);
    const std::string failed = "ConditionalCheckFailedException: The conditional request failed";
    CHECK(engine.run("UPDATE notes SET n=1 WHERE pk='none'") == failed);
    CHECK(engine.run("UPDATE notes SET n=1 WHERE pk='none' AND attribute_not_exists(pk)") == failed);
    CHECK(engine.run("UPDATE notes SET n=1 WHERE pk='a' AND s='other'") == failed);
    CHECK(engine.run("UPDATE notes SET n=1 WHERE (pk='a') AND (s='str' OR n=9)") == R"({"Items":[]})");
    CHECK(engine.run("DELETE FROM notes WHERE pk='a' AND NOT begins_with(s,'st')") == failed);
    CHECK(engine.run("DELETE FROM notes WHERE pk='none' AND s='x'") == R"({"Items":[]})");
    CHECK(engine.run("DELETE FROM notes WHERE pk='none' RETURNING ALL OLD *") == R"({"Items":[]})");
    CHECK(engine.run("DELETE FROM notes WHERE pk='a' AND s='no'",
                     R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD")") == failed);
    CHECK(engine.run("UPDATE notes REMOVE ss REMOVE l REMOVE m WHERE pk='a'") == R"({"Items":[]})");
    CHECK(engine.run("DELETE FROM notes WHERE pk='a' RETURNING ALL OLD *") ==
          R"({"Items":[{"n":{"N":"1"},"pk":{"S":"a"},"s":{"S":"str"}}]})");
    CHECK(engine.run("SELECT * FROM notes") == R"({"Items":[]})");
}

TEST_CASE("A write names one item by its key", "[partiql]") {
    StatementEngine engine;
    const std::string missing =
        "ValidationException: Where clause does not contain a mandatory equality on all key attributes";
    for (const char* where :
         {"", " WHERE n=1", " WHERE pk='a'", " WHERE pk='a' AND sk>'1'", " WHERE pk='a' AND sk='1' OR n=2",
          " WHERE pk IN ['a'] AND sk='1'", " WHERE NOT pk='a'"}) {
        INFO(where);
        CHECK(engine.run("UPDATE threads SET n=1" + std::string(where)) == missing);
        CHECK(engine.run("DELETE FROM threads" + std::string(where)) == missing);
    }
    CHECK(engine.run("FROM notes SET c = 1") == missing);
    CHECK(
        engine.run("DELETE FROM notes WHERE pk='a' AND pk='b'") ==
        "ValidationException: Multiple conditions on same key pk. Only single item Update/Insert/Delete are "
        "supported");
    CHECK(engine.run("DELETE FROM notes WHERE pk=5") ==
          "ValidationException: Key attribute's data type should match its data type in table's schema: Key "
          "pk");
    CHECK(engine.run("UPDATE threads.by_l SET n=1 WHERE pk='a' AND sk='1'") ==
          "ValidationException: This operation is not supported on an index");
    CHECK(engine.run("DELETE FROM notes WHERE pk='a' RETURNING MODIFIED OLD *") ==
          "ValidationException: Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * "
          "is allowed in DELETE statements.");
}

TEST_CASE("SET refuses expressions that are not values", "[partiql]") {
    StatementEngine engine;
    engine.run(item);
    const auto refusal = [&](const std::string& clauses) {
        const std::string answer = engine.run("UPDATE notes " + clauses + " WHERE pk='a'");
        return answer.substr(std::string("ValidationException: ").size());
    };
    CHECK(refusal("SET t = set_add(ss, <<'x'>>)") ==
          "The first argument to SET_ADD must equal the assignment value at 1:22:7");
    CHECK(refusal("SET ss = set_add(<<'a'>>, <<'b'>>)") ==
          "The first argument to SET_ADD must equal the assignment value at 1:23:7");
    CHECK(refusal("SET ss = set_delete(ss, 'x')") ==
          "The second argument to SET_DELETE must be a value with type SET at 1:34:2");
    CHECK(refusal("SET ss = set_add(ss)") == "SET_ADD must have exactly two arguments at 1:23:7");
    CHECK(refusal("SET ss = set_add(ss, <<1>>)") ==
          "An operand in the update expression has an incorrect data type");
    CHECK(refusal("SET n = 'a' + 1") ==
          "Incorrect operand type for operator or function; operator or function: +, operand type: S");
    CHECK(refusal("SET n = n * 2") == "Unsupported operator in Update Expression. Operator: *");
    CHECK(refusal("SET n = -n") ==
          "Incorrect number of operands for operator or function; operator or function: -, number of "
          "operands: 1");
    CHECK(refusal("SET l = list_append(l, 9)") ==
          "Incorrect operand type for operator or function; operator or function: list_append, operand type: "
          "N");
    CHECK(refusal("SET n = foo(1)") == "Unrecognized function: foo at 1:22:3");
    CHECK(refusal("SET n = size(s)") ==
          "The function is not allowed in an update expression; function: size");
    CHECK(refusal("SET n = MISSING") == "MISSING must be compared using IS operator");
    CHECK(refusal("SET n = n IS NULL") == "IS operator is not supported in update expressions");
    CHECK(refusal("SET n = 1, n = 2") ==
          "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: "
          "[n], path two: [n]");
    CHECK(refusal("SET m.a = 1, m = 2") ==
          "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: "
          "[m], path two: [m, a]");
    CHECK(refusal("SET m.a = 1, m[0] = 2") ==
          "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: "
          "[m, a], path two: [m, [0]]");
    CHECK(refusal("SET pk = 'b'") ==
          "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of "
          "the key");
    CHECK(refusal("SET nowhere[0] = 'x'") ==
          "The document path provided in the update expression is invalid for update");
    CHECK(refusal("SET q = nowhere") ==
          "The provided expression refers to an attribute that does not exist in the item");
    CHECK(refusal("SET l[-1] = 1") == "List index is not within the allowable range; index: [-1] at 1:21:1");
    CHECK(refusal("REMOVE l[2147483648]") ==
          "List index is not within the allowable range; index: [2147483648] at 1:23:10");
}

}  // namespace
}  // namespace tailrace::partiql
