#include "tests/partiql/statement_engine.hpp"

namespace tailrace::partiql {
namespace {

/// Holds one item and evaluates a WHERE clause on it: returns "yes", "no", or the error message.
class Judge {
  public:
    Judge() {
        engine_.run(
            "INSERT INTO notes VALUE {'pk':'a','n':1,'s':'right','yes':true,'nul':null,'ss':<<'x','y'>>,"
            "'l':[1,2],'m':{'k':'v'}}");
    }

    std::string operator()(const std::string& where, const std::string& parameters = {}) {
        const std::string statement = "SELECT pk FROM notes WHERE pk='a' AND " + where;
        const std::string answer =
            parameters.empty() ? engine_.run(statement) : engine_.run_with(statement, parameters);
        if (answer == R"({"Items":[{"pk":{"S":"a"}}]})") return "yes";
        if (answer == R"({"Items":[]})") return "no";
        return answer.substr(std::string("ValidationException: ").size());
    }

  private:
    StatementEngine engine_;
};

TEST_CASE("WHERE compares, tests and combines", "[partiql]") {
    Judge judge;
    for (const char* holds : {"n = 1.0",
                              "n <> 2",
                              "n != 2",
                              "1 = n",
                              "n > -1",
                              "n > - - 0",
                              "n BETWEEN 1 AND 9",
                              "n IN [4,1]",
                              "n IN (4,1)",
                              "n IN <<1>>",
                              "n IN (1)",
                              "n NOT IN [4]",
                              "n NOT BETWEEN 2 AND 3",
                              "NOT n = 2",
                              "begins_with(s,'ri')",
                              "BEGINS_WITH(s,'ri')",
                              "contains(ss,'x')",
                              "contains(l,2)",
                              "size(s) = 5",
                              "size(s) IN [5]",
                              "size('abc') = 3",
                              "attribute_type(ss,'SS')",
                              "attribute_exists(m.k)",
                              "attribute_not_exists(m.z)",
                              "attribute_exists(\"ss\")",
                              "l[0] = 1",
                              "m['k'] = 'v'",
                              "m = {'k':'v'}",
                              "l = [1,2]",
                              "ss = <<'y','x'>>",
                              "nul = null",
                              "nul IS NULL",
                              "s IS NOT NULL",
                              "s IS STRING",
                              "n IS NUMERIC",
                              "yes IS BOOL",
                              "l IS LIST",
                              "m IS STRUCT",
                              "m IS TUPLE",
                              "none IS MISSING",
                              "s IS NOT MISSING",
                              "5 IS NUMERIC",
                              "1 = 1",
                              "(n = 9 OR s = 'right')"}) {
        INFO(holds);
        CHECK(judge(holds) == "yes");
    }
    for (const char* fails :
         {"n = 2", "n = s", "N = 1", "none = 1", "n IS NULL", "none IS NULL", "nul IS MISSING", "s IS BLOB",
          "l = [2,1]", "size(n) = 1", "NOT attribute_exists(s)"}) {
        INFO(fails);
        CHECK(judge(fails) == "no");
    }
    CHECK(judge("n BETWEEN ? AND ? AND ? = s", R"([{"N":"0"},{"N":"9"},{"S":"right"}])") == "yes");
}

// A condition is also a value, true or false.
TEST_CASE("Conditions compare with Booleans", "[partiql]") {
    Judge judge;
    for (const char* holds :
         {"attribute_exists(none) = false", "true = attribute_exists(n)", "attribute_exists(n) <> 1",
          "contains(none, 'z') = false", "(n BETWEEN 0 AND 5) = true", "(n = 5 OR s = 'x') = false",
          "attribute_exists(none) IN [true, false]", "attribute_exists(n) = attribute_exists(s)",
          "attribute_exists(n) = yes"}) {
        INFO(holds);
        CHECK(judge(holds) == "yes");
    }
    for (const char* fails : {"attribute_exists(n) = 1", "NOT attribute_exists(n) = true",
                              "(attribute_exists(n) = true) = false", "attribute_exists(n) = s"}) {
        INFO(fails);
        CHECK(judge(fails) == "no");
    }
    std::string nested = "attribute_exists(n)";
    for (int i = 0; i < 60; ++i) nested = "(" + nested + " = yes)";
    CHECK(judge(nested) == "Unsupported operator in Condition Expression. Operator: =");
}

TEST_CASE("WHERE refuses anything but a condition", "[partiql]") {
    Judge judge;
    const std::string operand = "Incorrect operand type for operator or function; operator or function: ";
    CHECK(judge("yes") == "The arguments to AND/OR must be Expressions");
    CHECK(judge("size(s)") == operand + "AND, operand type: N");
    CHECK(judge("NOT yes") == "The argument to NOT must be a Type or Expression");
    CHECK(judge("n < true") == operand + "<, operand type: BOOL");
    CHECK(judge("n >= null") == operand + ">=, operand type: NULL");
    CHECK(judge("attribute_exists(n) > false") == operand + ">, operand type: BOOL");
    CHECK(judge("n BETWEEN true AND false") == operand + "BETWEEN, operand type: BOOL");
    CHECK(judge("begins_with(s, 5)") == operand + "begins_with, operand type: N");
    CHECK(judge("attribute_type(l, 1)") == operand + "attribute_type, operand type: N");
    CHECK(judge("size(5) = 3") == operand + "size, operand type: N");
    CHECK(judge("n BETWEEN 9 AND 1") ==
          "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound "
          "operand: AttributeValue: {N:9}, upper bound operand: AttributeValue: {N:1}");
    CHECK(judge("n BETWEEN 1 AND 'a'") ==
          "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: "
          "AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}");
    CHECK(judge("n = n") ==
          "The first operand must be distinct from the remaining operands for this operator or function; "
          "operator: =, first operand: [n]");
    CHECK(judge("n IN 5") ==
          "IN operator must have a left hand argument of type Variable Reference and right hand argument of "
          "type Seq with at least one member");
    CHECK(judge("none = MISSING") == "MISSING must be compared using IS operator");
    CHECK(judge("n IS INT") ==
          "Unsupported data type for IS operator: INTEGER. Supported data types are [MISSING, NULL, BOOLEAN, "
          "BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST] at 1:41:2");
    CHECK(judge("n + 1 = 2") == "Unsupported operator in Condition Expression. Operator: +");
    CHECK(judge("s LIKE 'r%'") == "Unsupported operator in Condition Expression. Operator: like");
    CHECK(judge("EXISTS(ss)") == "Unrecognized function: exists at 1:39:6");
    CHECK(judge("set_add(ss, <<'x'>>) = ss") == "Unrecognized function: set_add at 1:39:7");
    CHECK(judge("EXISTS(SELECT * FROM notes)") == "Unsupported token in expression: SELECT at 1:46:6");
    CHECK(judge("attribute_exists('ss')") ==
          "Operator or function requires a document path; operator or function: attribute_exists");
    CHECK(judge("attribute_exists(ss, n)") ==
          "Incorrect number of operands for operator or function; operator or function: attribute_exists, "
          "number of operands: 2");
    CHECK(judge("attribute_exists()") ==
          "Incorrect number of operands for operator or function; operator or function: attribute_exists, "
          "number of operands: 0");
    CHECK(judge("n = [m]") == "Unsupported data type: VariableReference under key root[0] at 1:44:1");
    CHECK(judge("l[?] = 1", R"([{"N":"1"}])") == "Unexpected path component at 1:41:1");
}

// The parameters are checked first, then the statement, and then its table is looked up.
TEST_CASE("Faults are reported in AWS's order", "[partiql]") {
    StatementEngine engine;
    CHECK(engine.run_with("SELECT pk FROM nowhere WHERE pk = ? AND v < ?", R"([{"S":"x"},{"BOOL":true}])") ==
          "ValidationException: Incorrect operand type for operator or function; operator or function: <, "
          "operand type: BOOL");
    CHECK(engine.run_with("UPDATE notes SET WHERE", R"([{"SS":["a","a"]}])") ==
          "ValidationException: One or more parameter values were invalid: Input collection [a, a] contains "
          "duplicates.");
    CHECK(engine.run("SELECT * FROM notes WHERE pk") ==
          "ValidationException: WHERE clause must contain an expression that resolves to a boolean");
    CHECK(engine.run("EXISTS(SELECT * FROM notes WHERE pk='a' AND n=1)") ==
          "ValidationException: EXISTS can only be used in ExecuteTransaction write requests.");
}

}  // namespace
}  // namespace tailrace::partiql
