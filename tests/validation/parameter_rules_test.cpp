#include "engine/validation/parameter_rules.hpp"

#include <string>

#include "engine/validation/shape_check.hpp"
#include "tests/catch.hpp"
#include "tests/validation/refusal.hpp"

namespace validation = tailrace::validation;

namespace {

template <typename Check>
std::string answer(std::string_view operation, Check check, const std::string& members) {
    return refusal(
        [&](const boost::json::object& request) {
            validation::check_shape(operation, request);
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
    const auto check = [](const boost::json::object& request) {
        validation::check_query(request);
        validation::check_query_selection(request);
    };
    return answer("Query", check, R"("TableName":"abc",)" + members);
}

std::string scan(const std::string& members) {
    const auto check = [](const boost::json::object& request) {
        validation::check_scan(request);
        validation::check_scan_selection(request);
    };
    return answer("Scan", check, R"("TableName":"abc",)" + members);
}

}  // namespace

TEST_CASE("expressions do not mix with what they replaced", "[parameters]") {
    const std::string table = R"("TableName":"abc",)";
    CHECK(answer("PutItem", validation::check_put_item,
                 table + R"("Item":{},"Expected":{},"ConditionExpression":"")") ==
          mixture("Expected", "ConditionExpression"));
    CHECK(answer("DeleteItem", validation::check_delete_item,
                 table + R"("Key":{},"Expected":{},"ConditionExpression":"")") ==
          mixture("Expected", "ConditionExpression"));
    CHECK(answer("UpdateItem", validation::check_update_item,
                 table + R"("Key":{},"Expected":{},"AttributeUpdates":{},"ConditionExpression":"",
                            "UpdateExpression":"")") ==
          mixture("AttributeUpdates, Expected", "UpdateExpression, ConditionExpression"));
    CHECK(answer("GetItem", validation::check_get_item,
                 table + R"("Key":{},"AttributesToGet":["a"],"ProjectionExpression":"")") ==
          mixture("AttributesToGet", "ProjectionExpression"));
    CHECK(answer("BatchGetItem", validation::check_batch_get_item,
                 R"("RequestItems":{"abc":{"Keys":[{}],"AttributesToGet":["a"],
                    "ProjectionExpression":""}})") == mixture("AttributesToGet", "ProjectionExpression"));
    CHECK(answer("BatchGetItem", validation::check_batch_get_item,
                 R"("RequestItems":{"abc":{"Keys":[{}],"AttributesToGet":["a"]},"abd":null,
                    "abe":{"Keys":[{}],"ProjectionExpression":"a"}})") ==
          mixture("AttributesToGet", "ProjectionExpression"));
    CHECK(answer("BatchGetItem", validation::check_batch_get_item,
                 R"("RequestItems":{"abc":{"Keys":[{}],"AttributesToGet":["a"]},
                    "abe":{"Keys":[{}],"AttributesToGet":["b"]}})") == "accepted");
    CHECK(answer("PutItem", validation::check_put_item, table + R"("Item":{},"Expected":{})") == "accepted");
}

TEST_CASE("ConditionalOperator counts as a parameter of the older kind", "[parameters]") {
    CHECK(answer("PutItem", validation::check_put_item,
                 R"("TableName":"abc","Item":{},"ConditionalOperator":"OR","ConditionExpression":"a")") ==
          mixture("ConditionalOperator", "ConditionExpression"));
}

TEST_CASE("queries and scans name every mixed parameter", "[parameters]") {
    const std::string older = R"("AttributesToGet":["a"],"ConditionalOperator":"OR","Select":"COUNT",)";
    CHECK(query(older + R"("QueryFilter":{},"KeyConditions":{},"ProjectionExpression":"",
                           "FilterExpression":"","KeyConditionExpression":"")") ==
          mixture("AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions",
                  "ProjectionExpression, FilterExpression, KeyConditionExpression"));
    CHECK(query(older + R"("QueryFilter":{},"KeyConditions":{},"ProjectionExpression":"",
                           "FilterExpression":"")") ==
          mixture("AttributesToGet, QueryFilter, ConditionalOperator",
                  "ProjectionExpression, FilterExpression"));
    CHECK(query(R"("KeyConditions":{},"FilterExpression":"")") == "accepted");
    CHECK(scan(older + R"("ScanFilter":{},"FilterExpression":"","ProjectionExpression":"")") ==
          mixture("AttributesToGet, ScanFilter, ConditionalOperator",
                  "ProjectionExpression, FilterExpression"));
}

// Query puts these faults into the envelope of a shape's error, Scan gives them as they are.
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
        return answer("BatchWriteItem", validation::check_batch_write_item,
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

// A table that nothing is asked of is as good as not named.
TEST_CASE("a batch asks something of some table", "[parameters]") {
    const auto write = [](const std::string& tables) {
        return answer("BatchWriteItem", validation::check_batch_write_item, R"("RequestItems":)" + tables);
    };
    CHECK(write(R"({"abc":null})") ==
          "ValidationException: The requestItems parameter is required for BatchWriteItem");
    CHECK(write(R"({"abc":null,"abcd":[{"PutRequest":{"Item":{}}}]})") == "accepted");
}
