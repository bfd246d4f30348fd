#include <string>

#include "engine/model/api_error.hpp"
#include "engine/partiql/syntax.hpp"
#include "tests/catch.hpp"

namespace tailrace::partiql {
namespace {

constexpr std::string_view not_well_formed = "Statement wasn't well formed, can't be processed: ";

/// The result of parsing, without the words that most messages begin with.
std::string refusal(const std::string& statement) {
    try {
        parse_statement(statement);
    } catch (const ApiError& error) {
        const std::string& message = error.message();
        return message.starts_with(not_well_formed) ? "… " + message.substr(not_well_formed.size()) : message;
    }
    return "accepted";
}

std::string repeated(const char* text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all.append(text);
    return all;
}

struct Example {
    const char* statement;
    const char* refusal;
};

void check(std::initializer_list<Example> examples) {
    for (const Example& each : examples) {
        INFO(each.statement);
        CHECK(refusal(each.statement) == each.refusal);
    }
}

// AWS was observed to answer each of these with these words.
TEST_CASE("A statement that breaks off or goes on is refused", "[partiql]") {
    check({{"SELECT * FROM t WHERE pk = 1 foo", "… Unexpected token after expression"},
           {"SELECT * FROM t WHERE pk = 1 e5", "… Unexpected token after expression"},
           {"INSERT INTO t VALUE {'pk': 1} foo", "… Unexpected token after expression"},
           {"SELECT * FROM t WHERE pk = 1)", "… Unexpected token after expression"},
           {"DELETE FROM t WHERE pk = 1 ORDER BY pk", "… Unexpected token after expression"},
           {"SELECT * FROM t ORDER BY pk WHERE pk = 1", "… Unexpected token after expression"},
           {"INSERT INTO t u VALUE {'pk': 'x'}", "… Unexpected token after expression"},
           {"FROM t SET c = 1 WHERE pk = 'x'", "… Unexpected token after expression"},
           {"SELECT * FROM t; SELECT * FROM t",
            "… Unexpected token after semicolon. (Only one query is allowed.)"},
           {"SELECT * FROM t WHERE", "… Unexpected term"},
           {"SELECT * FROM t WHERE;", "… Unexpected term"},
           {"UPDATE t SET a = 1 WHERE", "… Unexpected term"},
           {"SELECT * FROM t WHERE NOT", "… Unexpected term"},
           {"SELECT * FROM t WHERE (", "… Unexpected term"},
           {"SELECT * FROM", "… Unexpected term"},
           {"SELECT * FROM t WHERE pk = 'p1' AND", "… Missing right-hand side expression of infix operator"},
           {"SELECT * FROM t WHERE ORDER BY pk", "… Unexpected keyword"},
           {"INSERT INTO t (key) VALUES (?)", "… Unexpected keyword"},
           {"SELECT * FROM t WHERE IS NULL", "… Unexpected operator"},
           {"SELECT * FROM t WHERE pk = LIKE", "… Unexpected operator"},
           {"SELECT * FROM t WHERE x IS FOO", "… Expected type name"},
           {"DELETE FROM", "… Expected identifier for simple path"},
           {"DELETE FROM WHERE pk = 'a'", "… Expected identifier for simple path"},
           {"SLECT * FROM t WHERE pk = 'x'", "… Expected data manipulation"},
           {"UPDATE Payment-t SET active=? WHERE id=?", "… Expected data manipulation"},
           {"SELECT m.inner FROM t", "… Invalid path dot component"},
           {"SELECT * FROM (SELECT * FROM t", "… Expected RIGHT_PAREN"}});
}

TEST_CASE("Clauses that DynamoDB can read and does not support are named", "[partiql]") {
    check({{"SELECT * FROM t u WHERE pk = 'x'", "Aliasing is not supported"},
           {"SELECT * FROM t AS u", "Aliasing is not supported"},
           {"SELECT pk AS x FROM t", "Aliasing is not supported"},
           {"UPDATE t u SET a = 3 WHERE pk = 'x'", "Aliasing is not supported"},
           {"DELETE FROM t u WHERE pk = 'x'", "Aliasing is not supported"},
           {"SELECT * FROM t WHERE pk = 'a' LIMIT 1", "Unsupported clause: LIMIT at 1:38:1"},
           {"SELECT * FROM t GROUP BY pk", "Unsupported clause: GROUP BY"},
           {"SELECT DISTINCT pk FROM t", "Unsupported token in expression: DISTINCT"},
           {"SELECT VALUE pk FROM t", "Select projection doesn't support value or pivot keywords"},
           {"SELECT * FROM t, u", "Only select from a single table or index is supported."},
           {"SELECT * FROM 'HHH'", "Unexpected from source"},
           {"INSERT INTO t VALUES ('a','b')", "Unsupported operation: InsertOp"},
           {"INSERT INTO t VALUE {'pk':'a'} RETURNING ALL OLD *", "RETURNING is not supported in INSERT"},
           {"INSERT INTO t VALUE {'pk':'a'} AT 1", "AT is not supported in insert statements. at 1:1:6"},
           {"UPDATE t SET n=1 WHERE pk='a' RETURNING ALL OLD n",
            "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause"},
           {"UPDATE t SET n=1 RETURNING ALL NEW *, ALL OLD *",
            "Invalid syntax with multiple returning elements in RETURNING clause"},
           {"CREATE TABLE t", "Unsupported operation: CreateTable"},
           {"1", "Unsupported operation: Literal"},
           {"t", "Unsupported operation: VariableReference"},
           {"x IS INT4", "Unsupported operation: IsType"},
           {"x IS DOUBLE PRECISION", "Unsupported operation: IsType"},
           {"x IS CHARACTER VARYING", "Unsupported operation: IsType"},
           {"a = 1", "EXISTS can only be used in ExecuteTransaction write requests."}});
}

// PartiQL's keywords can name attributes only in quotes.
TEST_CASE("Keywords are not names", "[partiql]") {
    check({{"SELECT size FROM t", "… Unexpected keyword"},
           {"SELECT \"size\", \"select\" FROM t", "accepted"},
           {"SELECT data, name, kind FROM t", "accepted"},
           {"UPDATE t SET inner = 1 WHERE pk = 'a'", "… Expected identifier for simple path"}});
}

TEST_CASE("An expression keeps its operators in their order", "[partiql]") {
    const Statement statement =
        parse_statement("SELECT * FROM t WHERE NOT a = 1 OR b BETWEEN 1 AND 2 AND c - 1 > 2");
    REQUIRE(statement.where);
    CHECK(statement.where->text == "or");
    CHECK(statement.where->operands[0].text == "not");
    CHECK(statement.where->operands[0].operands[0].text == "=");
    CHECK(statement.where->operands[1].text == "and");
    CHECK(statement.where->operands[1].operands[0].text == "between");
    CHECK(statement.where->operands[1].operands[1].text == ">");
    CHECK(statement.where->operands[1].operands[1].operands[0].text == "-");
}

// No statement may exhaust the stack; each of these has at most 8192 characters, the limit of a statement.
TEST_CASE("Hostile statements end in an error", "[partiql]") {
    const std::string select = "SELECT * FROM t WHERE ";
    for (const char* opening : {"(", "[", "<<", "{'a':", "NOT ", "-", "f(", "a[", "x = "}) {
        INFO(opening);
        CHECK(refusal(select + repeated(opening, 1600)) != "accepted");
    }
    CHECK(refusal(repeated("EXISTS(SELECT * FROM t WHERE ", 270)) != "accepted");
    CHECK(refusal(select + "a" + repeated(" + 1", 2000)) ==
          "The expression contains too many operators; operator count: 301");
    CHECK(refusal(select + "a=1" + repeated(" AND a=1", 1000)) ==
          "The expression contains too many operators; operator count: 301");
    CHECK(refusal(select + repeated("(", 60) + "a = 1" + repeated(")", 60)) == "accepted");
    CHECK(refusal(std::string("SELECT\0 * FROM t", 16)) == "… ");
}

}  // namespace
}  // namespace tailrace::partiql
