#include "engine/expression/update.hpp"
#include "tests/catch.hpp"
#include "tests/expression/request.hpp"

namespace tailrace::expression {
namespace {

std::size_t size_after(std::string_view text, std::string_view values = {},
                       std::string_view old_item = "{}") {
    Placeholders given = placeholders(R"({"#n":"name","#e":"é"})", values);
    return Update::parse(text, given).statement_bytes(item(old_item));
}

constexpr std::string_view ten = R"({":v":{"S":"yyyyyyyyyy"}})";
constexpr std::string_view one = R"({":v":{"N":"1"}})";
constexpr std::size_t number = 2;

}  // namespace

// The figures are those that AWS was observed to charge: 3 for the statement, and the figures below for its
// parts. Source: the observations of AWS in paritysuite/dynamodb-conformance, itemSizeBySurface.test.ts,
// October 2026.
TEST_CASE("a statement counts what it writes and its clauses", "[update_size]") {
    CHECK(size_after("SET b = :v", ten) == 3 + (19 + 1 + 10));
    CHECK(size_after("SET #n = :v", ten) == 3 + (19 + 4 + 10));
    CHECK(size_after("SET b = :v, c = :v", ten) == 3 + (19 + 1 + 10) + (19 + 1 + 10));
    CHECK(size_after("SET b = :v REMOVE r", ten) == 3 + (19 + 1 + 10) + (1 + 1));
    CHECK(size_after("REMOVE #e") == 3 + (1 + 2));
}

TEST_CASE("a statement counts each step of a target by name or digits", "[update_size]") {
    CHECK(size_after("SET d.leaf = :v", ten) == 3 + (19 + 1 + (4 + 4) + 10));
    CHECK(size_after("SET d[0] = :v", ten) == 3 + (19 + 1 + (4 + 1) + 10));
    CHECK(size_after("REMOVE l[10], m.yy") == 3 + (1 + 1 + (4 + 2)) + (1 + 1 + (4 + 2)));
}

// The value that a path leads to is free; the value of a placeholder counts at each use.
TEST_CASE("a statement counts operands", "[update_size]") {
    CHECK(size_after("SET c = abc") == 3 + (19 + 1) + (1 + 14 + 3));
    CHECK(size_after("SET c = m.a.z") == 3 + (19 + 1) + (1 + 3 * (14 + 1)));
    CHECK(size_after("SET c = l[10]") == 3 + (19 + 1) + (1 + (14 + 1) + (14 + 2)));
    CHECK(size_after("SET n = n + :v", one) == 3 + (19 + 1) + (34 + 15 + 1 + number));
    CHECK(size_after("SET n = n - :v", one) == 3 + (19 + 1) + (37 + 15 + 1 + number));
    CHECK(size_after("SET c = if_not_exists(c, :v)", ten) == 3 + (19 + 1) + (39 + 15 + 1 + 10));
    CHECK(size_after("SET l = list_append(l, :v)", R"({":v":{"L":[{"S":"yyyyyyyyyy"}]}})") ==
          3 + (19 + 1) + (37 + 15 + 1 + (3 + 1 + 10)));
    CHECK(size_after("SET c = if_not_exists(c, :v)", R"({":v":{"M":{"a":{"S":"yy"}}}})") ==
          3 + (19 + 1) + (39 + 15 + 1 + (3 + 1 + 1 + 2)));
}

TEST_CASE("the size of an update counts only new members of ADD, and no value of DELETE", "[update_size]") {
    CHECK(size_after("ADD abc :v", one, R"({"abc":{"N":"12345"}})") == 3 + (19 + 3 + number));
    constexpr std::string_view set = R"({":v":{"SS":["old","newer"]}})";
    CHECK(size_after("ADD ss :v", set) == 3 + (19 + 2 + 3 + 5));
    CHECK(size_after("ADD ss :v", set, R"({"ss":{"SS":["old"]}})") == 3 + (19 + 2 + 5));
    CHECK(size_after("ADD ss :v", R"({":v":{"NS":["1","100"]}})", R"({"ss":{"NS":["1.0"]}})") ==
          3 + (19 + 2 + number));
    CHECK(size_after("ADD ss :v", R"({":v":{"BS":["AA==","AAA="]}})", R"({"ss":{"BS":["AA=="]}})") ==
          3 + (19 + 2 + 2));
    CHECK(size_after("ADD ss :v", set, R"({"ss":{"S":"no set"}})") == 3 + (19 + 2 + 3 + 5));
    CHECK(size_after("DELETE ss :v", set, R"({"ss":{"SS":["old"]}})") == 3 + (1 + 2));
}

}  // namespace tailrace::expression
