#include "engine/operation/queries/expression_shape.hpp"

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "tests/catch.hpp"

using namespace tailrace::operation;

namespace {

const boost::json::object with_names =
    boost::json::parse(R"({"ExpressionAttributeNames":{"#s":"status","#n":"name"}})").as_object();

std::string shape(std::string_view expression) {
    return expression_shape(expression, with_names);
}

}  // namespace

// Requests that differ only in their values and placeholders have one access pattern.
TEST_CASE("the shape of an expression has no values") {
    CHECK(shape("pk = :a and begins_with( sk,:b )") == "pk = ? AND begins_with(sk, ?)");
    CHECK(shape("pk=:x AND begins_with(sk , :y)") == "pk = ? AND begins_with(sk, ?)");
    CHECK(shape("#s = :a AND #n.first <> :b") == "status = ? AND name.first <> ?");
    CHECK(shape("NOT (a[0].b IN (:a,:b,:c) OR size(c)>=:d)") == "NOT (a[0].b IN (?) OR size(c) >= ?)");
    CHECK(shape("sk between :a and :b") == "sk BETWEEN ? AND ?");
}

// A request that fails may have any text.
TEST_CASE("a text that is not an expression has a shape, too") {
    CHECK(shape("").empty());
    CHECK(shape("#unknown = \"x\" IN (") == "#unknown = \" x \" IN (");
}

TEST_CASE("the older conditions have a shape in the order of the names") {
    const auto conditions = boost::json::parse(
        R"({"sk":{"ComparisonOperator":"BEGINS_WITH"},"pk":{"ComparisonOperator":"EQ"},"x":1})");
    CHECK(conditions_shape(conditions.as_object()) == "pk EQ ? AND sk BEGINS_WITH ? AND x");
}

TEST_CASE("the attributes in an expression are known without its functions and its nested parts") {
    const std::vector<std::string> names =
        attributes_in("#s = :a AND begins_with(sk, :b) AND map.inner = :c AND sk < :d", with_names);
    CHECK(names == std::vector<std::string>{"status", "sk", "map"});
}

TEST_CASE("the operator that uses an attribute is known") {
    std::string uses;
    for (const AttributeUse& each : uses_in(
             "#s <> :a AND begins_with(sk, :b) AND map.inner = :c AND :d < sk AND (n IN (:e) OR n between :f "
             "and :g) AND size(list[0]) > :h AND (x)",
             with_names)) {
        uses.append(each.attribute).append(" ").append(each.op).append(", ");
    }
    CHECK(uses == "status <>, sk begins_with, map ., sk <, n IN, n BETWEEN, list ., x , ");
    CHECK(has_alternatives("a = :a or b = :b"));
    CHECK(has_alternatives("NOT a = :a"));
    CHECK_FALSE(has_alternatives("a = :a AND nor = :b"));
}

TEST_CASE("the value that an update assigns to an attribute is found") {
    const auto request = boost::json::parse(R"({"ExpressionAttributeNames":{"#e":"expires"},
        "ExpressionAttributeValues":{":a":{"N":"1"},":b":{"N":"2"}}})")
                             .as_object();
    const auto assigned = [&request](std::string_view expression) {
        const boost::json::value* value = assigned_value(expression, request, "expires");
        return value != nullptr ? boost::json::serialize(*value) : "none";
    };
    CHECK(assigned("SET other = :a, #e = :b") == R"({"N":"2"})");
    CHECK(assigned("SET expires=:a") == R"({"N":"1"})");
    CHECK(assigned("SET expires = expires + :a") == "none");
    CHECK(assigned("SET map.expires = :a REMOVE expires") == "none");
    CHECK(assigned("SET expires = :unknown") == "none");
}
