#include "engine/expression/key_condition.hpp"

#include "tests/catch.hpp"
#include "tests/expression/request.hpp"

namespace tailrace::expression {
namespace {

using Names = std::vector<std::string>;

constexpr std::string_view two_strings = R"({":a":{"S":"1"},":b":{"S":"2"}})";

KeyCondition parsed(std::string_view text, std::string_view values = two_strings) {
    Placeholders given = placeholders("", values);
    return KeyCondition::parse(text, given);
}

std::string message_of_keys(std::string_view text, std::string_view values = {}) {
    return message_of([&] { parsed(text, values).comparisons(); });
}

KeyMatch matched(std::string_view text, const Names& partition, const Names& sort) {
    return parsed(text).match(partition, sort);
}

std::string match_error(std::string_view text, const Names& partition, const Names& sort) {
    return message_of([&] { matched(text, partition, sort); });
}

}  // namespace

// The attribute may be on either side; the conditions may be in any order, with or without parentheses.
TEST_CASE("KeyCondition matches a key", "[key_condition]") {
    const KeyMatch both = matched("(:b > sk) and (pk = :a)", {"pk"}, {"sk"});
    REQUIRE(both.partition.size() == 1);
    CHECK(both.partition.front() == AttributeValue("1"));
    REQUIRE(both.sort.size() == 1);
    CHECK(both.sort.front() == KeyComparison{"sk", KeyOperator::less, {"2"}});
    CHECK(matched("pk = :a", {"pk"}, {"sk"}).sort.empty());
    CHECK(matched("pk = :a AND sk BETWEEN :a AND :b", {"pk"}, {"sk"}).sort.front() ==
          KeyComparison{"sk", KeyOperator::between, {"1", "2"}});
    CHECK(matched("pk = :a AND begins_with(sk, :b)", {"pk"}, {"sk"}).sort.front() ==
          KeyComparison{"sk", KeyOperator::begins_with, {"2"}});
    CHECK(matched("(pk = :a AND (:a <= sk))", {"pk"}, {"sk"}).sort.front().op ==
          KeyOperator::greater_or_equal);
}

TEST_CASE("KeyCondition rejects what does not fit the key", "[key_condition]") {
    CHECK(match_error("z between :a and :b", {"a"}, {"b"}) == "Query condition missed key schema element: a");
    CHECK(match_error("a = :a and c = :b", {"a"}, {"b"}) == "Query condition missed key schema element: b");
    CHECK(match_error("b = :a", {"a"}, {"b"}) == "Query condition missed key schema element: a");
    CHECK(match_error("a > :a", {"a"}, {}) == "Query key condition not supported");
    CHECK(match_error("begins_with(a, :a)", {"a"}, {"b"}) == "Query key condition not supported");
    CHECK(match_error("y = :a and z = :a", {"a"}, {}) == "Query key condition not supported");
    CHECK(
        match_error("a = :a and b = :a and c = :a", {"a"}, {"b"}) ==
        "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)");
}

// For keys of several attributes: all partition attributes, then the sort attributes from the left without a
// gap.
TEST_CASE("KeyCondition matches a key of several attributes", "[key_condition]") {
    const Names partition = {"p", "q"};
    const Names sort = {"r", "s", "t"};
    const KeyMatch match = matched("s > :a AND p = :a AND r = :b AND q = :b", partition, sort);
    CHECK(match.partition == std::vector<AttributeValue>{"1", "2"});
    REQUIRE(match.sort.size() == 2);
    CHECK(match.sort[0] == KeyComparison{"r", KeyOperator::equal, {"2"}});
    CHECK(match.sort[1] == KeyComparison{"s", KeyOperator::greater, {"1"}});
}

// The message about a key of several attributes names those without an equality, by their role.
TEST_CASE("KeyCondition names the attributes of a key that lack an equality", "[key_condition]") {
    const Names partition = {"p", "q"};
    const Names sort = {"r", "s", "t"};
    const std::string hash = " must have equality conditions specified in the query";
    CHECK(match_error("p = :a", partition, sort) == "HASH key attributes q" + hash);
    CHECK(match_error("r = :a AND s = :a", partition, sort) == "HASH key attributes p, q" + hash);
    CHECK(match_error("p > :a AND q = :a", partition, sort) == "HASH key attributes p" + hash);
    const std::string range = hash + " because a condition is present on key attribute ";
    const std::string whole_partition = "p = :a AND q = :a AND ";
    CHECK(match_error(whole_partition + "s = :a", partition, sort) == "RANGE key attributes r" + range + "s");
    CHECK(match_error(whole_partition + "r > :a AND s = :a", partition, sort) ==
          "RANGE key attributes r" + range + "s");
    CHECK(match_error(whole_partition + "r = :a AND t = :a", partition, sort) ==
          "RANGE key attributes s" + range + "t");
    CHECK(match_error(whole_partition + "t = :a", partition, sort) ==
          "RANGE key attributes r, s" + range + "t");
    CHECK(match_error(whole_partition + "x = :a", partition, sort) ==
          "Query condition missed key schema element: r");
    CHECK(match_error(whole_partition + "r > :a AND x = :a", partition, sort) ==
          "Query key condition not supported");
    CHECK(match_error("r = :a", {"p"}, sort) == "Query condition missed key schema element: p");
}

// A value of the wrong type is reported before an operator that the partition key does not allow.
TEST_CASE("KeyCondition lets the caller check operands in between", "[key_condition]") {
    const auto check = [](const KeyComparison& each) {
        throw ApiError::validation("checked " + each.attribute);
    };
    const Names partition = {"a"};
    CHECK(message_of([&] { parsed(":a > a").match(partition, {}, check); }) == "checked a");
    CHECK(message_of([&] { parsed("b = :a").match(partition, {}, check); }) ==
          "Query condition missed key schema element: a");
}

TEST_CASE("KeyCondition is built from code", "[key_condition]") {
    const KeyCondition condition({{"pk", KeyOperator::equal, {Number(1)}}});
    const Names partition = {"pk"};
    CHECK(condition.match(partition, {}).partition == std::vector<AttributeValue>{Number(1)});
}

TEST_CASE("KeyCondition takes only some operators", "[key_condition]") {
    const std::string rule = "Invalid operator used in KeyConditionExpression: ";
    CHECK(message_of_keys("a > b and size(b) > c or a > c") == rule + "OR");
    CHECK(message_of_keys("a in (b, size(c), d)") == rule + "IN");
    CHECK(message_of_keys("attribute_exists(a)") == rule + "attribute_exists");
    CHECK(message_of_keys("attribute_not_exists(a)") == rule + "attribute_not_exists");
    CHECK(message_of_keys("attribute_type(a, :a)", R"({":a":{"S":"S"}})") == rule + "attribute_type");
    CHECK(message_of_keys("contains(a.d, b)") == rule + "contains");
    CHECK(message_of_keys("not a > b") == rule + "NOT");
    CHECK(message_of_keys("a <> b") == rule + "<>");
}

TEST_CASE("KeyCondition compares one key attribute with values", "[key_condition]") {
    const std::string rule = "Invalid condition in KeyConditionExpression: ";
    const std::string expression = "Invalid KeyConditionExpression: ";
    CHECK(message_of_keys(":a between size(b) and size(a) and b > :b", two_strings) ==
          rule + "BETWEEN operator must have the key attribute as its first operand");
    CHECK(message_of_keys("begins_with(:a, b) and a > :b", two_strings) ==
          rule + "begins_with operator must have the key attribute as its first operand");
    CHECK(message_of_keys("size(b) > a AND a.b > b AND b > c") ==
          "KeyConditionExpressions cannot contain nested operations");
    CHECK(message_of_keys("a > size(b.d)") == "KeyConditionExpressions cannot contain nested operations");
    CHECK(message_of_keys("a between size(b) and size(a)") ==
          "KeyConditionExpressions cannot contain nested operations");
    for (const auto* text :
         {"b > a.b", "b between c[1] and d", "a between b and size(a)", "begins_with(a, b)"}) {
        CAPTURE(text);
        CHECK(message_of_keys(text) == rule + "Multiple attribute names used in one condition");
    }
    CHECK(message_of_keys("b.d > a AND c.d > e.f") ==
          expression + "KeyConditionExpressions cannot have conditions on nested attributes");
    CHECK(message_of_keys("b[0] > a") ==
          expression + "KeyConditionExpressions cannot have conditions on nested attributes");
    CHECK(message_of_keys(":b > :a AND a < :b", two_strings) == rule + "No key attribute specified");
    CHECK(message_of_keys("b > :a AND b < :a and c = :a and d = :a", two_strings) ==
          expression + "KeyConditionExpressions must only contain one condition per key");
    CHECK(message_of_keys("(a > :a and b > :a) and (b > :a and c > :a)", two_strings) ==
          expression + "KeyConditionExpressions must only contain one condition per key");
}

// Faults that any condition may have are reported while parsing, under the parameter's name.
TEST_CASE("KeyCondition is a condition first", "[key_condition]") {
    CHECK(message_of_keys("") == "Invalid KeyConditionExpression: The expression can not be empty;");
    CHECK(message_of_keys("dog(c, :c)") ==
          "Invalid KeyConditionExpression: Invalid function name; function: dog");
    CHECK(message_of_keys("p = :p") ==
          "Invalid KeyConditionExpression: An expression attribute value used in expression is not defined; "
          "attribute value: :p");
    CHECK(message_of_keys("p = :a AND begins_with(c, :b)", R"({":a":{"S":"x"},":b":{"N":"1"}})") ==
          "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or "
          "function: begins_with, operand type: N");
    Placeholders none;
    CHECK_NOTHROW(KeyCondition::parse("a <> b", none));
}

}  // namespace tailrace::expression
