#include "engine/validation/parameter_rules.hpp"

#include <array>
#include <string>
#include <string_view>

#include "engine/validation/shape_check.hpp"
#include "tests/catch.hpp"
#include "tests/validation/refusal.hpp"

namespace validation = tailrace::validation;
using tailrace::Request;

namespace {

template <typename Check>
std::string answer_of(std::string_view operation, Check check, const std::string& members) {
    return refusal(
        [&](const Request& request) {
            validation::check_shape(operation, request.json());
            check(request);
        },
        "{" + members + "}");
}

std::string mixture(const std::string& older, const std::string& newer) {
    return "ValidationException: Can not use both expression and non-expression parameters in the same "
           "request: Non-expression parameters: {" +
           older + "} Expression parameters: {" + newer + "}";
}

std::string query(const std::string& members) {
    return answer_of("Query", validation::check_query_selection, R"("TableName":"abc",)" + members);
}

std::string scan(const std::string& members) {
    return answer_of("Scan", validation::check_scan_selection, R"("TableName":"abc",)" + members);
}

constexpr std::array<std::string_view, 1> projection = {"ProjectionExpression"};
constexpr std::array<std::string_view, 1> condition = {"ConditionExpression"};
constexpr std::array<std::string_view, 2> update_expressions = {"UpdateExpression", "ConditionExpression"};
constexpr std::array<std::string_view, 3> before_update = {"AttributeUpdates", "Expected",
                                                           "ConditionalOperator"};
constexpr std::array<std::string_view, 3> query_expressions = {"ProjectionExpression", "FilterExpression",
                                                               "KeyConditionExpression"};
constexpr std::array<std::string_view, 4> before_query = {"AttributesToGet", "QueryFilter",
                                                          "ConditionalOperator", "KeyConditions"};

std::string expressions(const std::string& request, const validation::ExpressionParameters& parameters) {
    return refusal([&](const Request& given) { validation::check_expressions(given, parameters); }, request);
}

}  // namespace

TEST_CASE("expressions do not mix with what they replaced", "[parameters]") {
    const auto updates = [](const std::string& request) {
        return expressions(request, {.expressions = update_expressions, .replaced = before_update});
    };
    CHECK(updates(R"({"Expected":{},"ConditionExpression":""})") ==
          mixture("Expected", "ConditionExpression"));
    CHECK(updates(R"({"ConditionalOperator":"OR","ConditionExpression":"a"})") ==
          mixture("ConditionalOperator", "ConditionExpression"));
    CHECK(
        updates(R"({"Expected":{},"AttributeUpdates":{},"ConditionExpression":"","UpdateExpression":""})") ==
        mixture("AttributeUpdates, Expected", "UpdateExpression, ConditionExpression"));
    CHECK(updates(R"({"Expected":{},"AttributeUpdates":{}})") == "accepted");
    CHECK(updates(R"({"Expected":null,"ConditionExpression":"a"})") == "accepted");
    CHECK(updates(R"({"AttributesToGet":["a"],"ConditionExpression":"a"})") == "accepted");
    CHECK(expressions(R"({"Expected":{},"ConditionExpression":"a"})", {}) == "accepted");
}

TEST_CASE("KeyConditions are accepted with all expressions except the key's", "[parameters]") {
    const auto queries = [](const std::string& request) {
        return expressions("{" + request + "}", {.expressions = query_expressions, .replaced = before_query});
    };
    const std::string older = R"("AttributesToGet":["a"],"ConditionalOperator":"OR","QueryFilter":{},)";
    CHECK(queries(older + R"("KeyConditions":{},"ProjectionExpression":"","FilterExpression":"",
                             "KeyConditionExpression":"")") ==
          mixture("AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions",
                  "ProjectionExpression, FilterExpression, KeyConditionExpression"));
    CHECK(queries(older + R"("KeyConditions":{},"ProjectionExpression":"","FilterExpression":"")") ==
          mixture("AttributesToGet, QueryFilter, ConditionalOperator",
                  "ProjectionExpression, FilterExpression"));
    CHECK(queries(R"("KeyConditions":{},"FilterExpression":"")") == "accepted");
    CHECK(queries(R"("KeyConditions":{},"KeyConditionExpression":"")") ==
          mixture("KeyConditions", "KeyConditionExpression"));
}

// Names need some expression; values need an expression that can have values. A mixture is reported first.
TEST_CASE("placeholders need an expression", "[parameters]") {
    const std::string names = R"({"ExpressionAttributeNames":{"#a":"a"}})";
    const std::string values = R"({"ExpressionAttributeValues":{":a":{"S":"a"}}})";
    const std::string opening = "ValidationException: ExpressionAttribute";
    const std::string fault = "s can only be specified when using expressions";
    CHECK(expressions(names, {.expressions = query_expressions, .replaced = {}}) == opening + "Name" + fault);
    CHECK(expressions(values, {.expressions = condition, .replaced = {}}) ==
          opening + "Value" + fault + ": ConditionExpression is null");
    CHECK(refusal(
              [&](const boost::json::object& request) {
                  validation::check_expressions(Request(request, {.counts_faults = true}),
                                                {.expressions = condition, .replaced = {}});
              },
              values) == opening + "Value" + fault);
    CHECK(expressions(values, {.expressions = update_expressions, .replaced = {}}) ==
          opening + "Value" + fault + ": UpdateExpression and ConditionExpression are null");
    const std::string projected = R"({"ProjectionExpression":"a","ExpressionAttributeValues":{})";
    CHECK(expressions(projected + "}", {.expressions = query_expressions, .replaced = before_query}) ==
          opening + "Value" + fault + ": FilterExpression and KeyConditionExpression are null");
    CHECK(expressions(projected + R"(,"AttributesToGet":["a"]})",
                      {.expressions = query_expressions, .replaced = before_query}) ==
          mixture("AttributesToGet", "ProjectionExpression"));
    CHECK(expressions(values, {.expressions = projection, .replaced = {}}) == "accepted");
    CHECK(expressions(names, {}) == "accepted");
    CHECK(expressions(R"({"ConditionExpression":"","ExpressionAttributeValues":{}})",
                      {.expressions = condition, .replaced = {}}) == "accepted");
}

TEST_CASE("a batch has expressions or what they replaced, not both", "[parameters]") {
    const auto batch = [](const std::string& tables) {
        return answer_of("BatchGetItem", validation::check_batch_get_item, R"("RequestItems":)" + tables);
    };
    CHECK(batch(R"({"abc":{"Keys":[{}],"AttributesToGet":["a"],"ProjectionExpression":""}})") ==
          mixture("AttributesToGet", "ProjectionExpression"));
    CHECK(batch(R"({"abc":{"Keys":[{}],"AttributesToGet":["a"]},"abd":null,
                    "abe":{"Keys":[{}],"ProjectionExpression":"a"}})") ==
          mixture("AttributesToGet", "ProjectionExpression"));
    CHECK(batch(R"({"abc":{"Keys":[{}],"AttributesToGet":["a"]},
                    "abe":{"Keys":[{}],"AttributesToGet":["b"]}})") == "accepted");
}

// Query reports these faults in the envelope of a shape error; Scan reports them bare.
TEST_CASE("Select goes with the attributes asked for", "[parameters]") {
    const auto check_both = [](const std::string& members, const std::string& fault) {
        CHECK(scan(members) == "ValidationException: " + fault);
        CHECK(query(members) == "ValidationException: 1 validation error detected: " + fault);
    };
    check_both(R"("Select":"SPECIFIC_ATTRIBUTES")",
               "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
               "SPECIFIC_ATTRIBUTES");
    check_both(R"("Select":"ALL_PROJECTED_ATTRIBUTES")",
               "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
    check_both(R"("Select":"COUNT","ProjectionExpression":"a")",
               "Cannot specify the ProjectionExpression when choosing to get only the Count");
    check_both(R"("Select":"ALL_ATTRIBUTES","ProjectionExpression":"a")",
               "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES");
    check_both(R"("Select":"ALL_PROJECTED_ATTRIBUTES","IndexName":"abc","AttributesToGet":["a"])",
               "Cannot specify the AttributesToGet when choosing to get ALL_PROJECTED_ATTRIBUTES");
    CHECK(scan(R"("Select":"SPECIFIC_ATTRIBUTES","ProjectionExpression":"a")") == "accepted");
    CHECK(query(R"("Select":"ALL_PROJECTED_ATTRIBUTES","IndexName":"abc")") == "accepted");
}

TEST_CASE("a write request is one put or one delete", "[parameters]") {
    const auto write = [](const std::string& request) {
        return answer_of("BatchWriteItem", validation::check_batch_write_item,
                         R"("RequestItems":{"abc":[)" + request + "]}");
    };
    const std::string message =
        "ValidationException: Supplied AttributeValue has more than one datatypes set, must contain exactly "
        "one of the supported datatypes";
    CHECK(write("{}") == message);
    CHECK(write("null") == message);
    CHECK(write(R"({"PutRequest":{"Item":{}},"DeleteRequest":{"Key":{}}})") == message);
    CHECK(write(R"({"PutRequest":{"Item":{}}})") == "accepted");
}

// A table whose list of requests is null counts as absent.
TEST_CASE("a batch asks something of some table", "[parameters]") {
    const auto write = [](const std::string& tables) {
        return answer_of("BatchWriteItem", validation::check_batch_write_item, R"("RequestItems":)" + tables);
    };
    CHECK(write(R"({"abc":null})") ==
          "ValidationException: The requestItems parameter is required for BatchWriteItem");
    CHECK(write(R"({"abc":null,"abcd":[{"PutRequest":{"Item":{}}}]})") == "accepted");
}
