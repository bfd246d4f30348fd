#include <string>

#include "tests/operation/engine_fixture.hpp"

namespace tailrace::operation {
namespace {

constexpr std::string_view failed = "ConditionalCheckFailedException: The conditional request failed";

/// An engine whose table "counters" has one item {id 1, n 5, name "hello", tags {a, b}, list [1, "x"]}.
class Counters : public TestEngine {
  public:
    Counters() {
        create_plain_tables();
        put("counters", {R"({"id":{"N":"1"},"n":{"N":"5"},"name":{"S":"hello"},"tags":{"SS":["a","b"]},
                            "list":{"L":[{"N":"1"},{"S":"x"}]}})"});
    }

    /// Runs UpdateItem on the item under the condition `expected`. Returns the error, or "accepted".
    std::string update_if(const std::string& expected) {
        return refusal("UpdateItem", R"({"TableName":"counters","Key":{"id":{"N":"1"}},
            "AttributeUpdates":{"touched":{"Value":{"BOOL":true}}},"Expected":)" +
                                         expected + "}");
    }

    /// The same with one comparison of one attribute.
    std::string update_if(const std::string& attribute, const std::string& comparison,
                          const std::string& arguments) {
        return update_if("{\"" + attribute + R"(":{"ComparisonOperator":")" + comparison +
                         R"(","AttributeValueList":[)" + arguments + "]}}");
    }

    /// Returns the item with the key `id` after these AttributeUpdates.
    boost::json::value updated(const std::string& id, const std::string& updates) {
        const std::string key = R"({"id":{"N":")" + id + "\"}}";
        done("UpdateItem",
             R"({"TableName":"counters","Key":)" + key + R"(,"AttributeUpdates":)" + updates + "}");
        return item("counters", key);
    }
};

std::string songs(TestEngine& engine, const std::string& operation, const std::string& parameters) {
    const auto answer = engine.answer(operation, R"({"TableName":"music",)" + parameters + "}");
    if (const auto* message = answer.as_object().if_contains("message")) {
        return std::string(message->as_string());
    }
    std::string names;
    for (const auto& each : answer.at("Items").as_array()) {
        names.append(names.empty() ? "" : " ").append(each.at("song").at("S").as_string());
    }
    return names;
}

/// An engine whose table "music" has the songs alpha, beta and gamma of one artist; beta has no "mood".
class Music : public TestEngine {
  public:
    Music() {
        create_plain_tables();
        put("music",
            {R"({"artist":{"S":"x"},"song":{"S":"alpha"},"made":{"N":"1990"},"mood":{"S":"calm blue"}})",
             R"({"artist":{"S":"x"},"song":{"S":"beta"},"made":{"N":"2000"}})",
             R"({"artist":{"S":"x"},"song":{"S":"gamma"},"made":{"N":"2010"},"mood":{"S":"wild"}})"});
    }

    std::string query(const std::string& conditions, const std::string& more = "") {
        return songs(
            *this, "Query",
            R"("KeyConditions":{"artist":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"x"}]})" +
                conditions + "}" + more);
    }

    std::string query_sort(const std::string& comparison, const std::string& arguments) {
        return query(R"(,"song":{"ComparisonOperator":")" + comparison + R"(","AttributeValueList":[)" +
                     arguments + "]}");
    }

    std::string filtered(const std::string& attribute, const std::string& comparison,
                         const std::string& arguments) {
        return query("", R"(,"QueryFilter":{")" + attribute + R"(":{"ComparisonOperator":")" + comparison +
                             R"(","AttributeValueList":[)" + arguments + "]}}");
    }
};

}  // namespace

// Each comparison is tested with arguments that match the item and with arguments that do not.
TEST_CASE("Expected compares an attribute with each operator", "[legacy]") {
    Counters engine;
    struct Case {
        std::string attribute, comparison, met, missed;
    };
    const Case cases[] = {
        {"n", "EQ", R"({"N":"5.0"})", R"({"N":"6"})"},
        {"n", "NE", R"({"S":"5"})", R"({"N":"5"})"},
        {"n", "LT", R"({"N":"6"})", R"({"N":"5"})"},
        {"n", "LE", R"({"N":"5"})", R"({"N":"4"})"},
        {"n", "GT", R"({"N":"4"})", R"({"N":"5"})"},
        {"n", "GE", R"({"N":"5"})", R"({"S":"4"})"},
        {"n", "IN", R"({"N":"4"},{"N":"5"})", R"({"N":"4"},{"N":"6"})"},
        {"n", "BETWEEN", R"({"N":"5"},{"N":"9"})", R"({"N":"6"},{"N":"9"})"},
        {"name", "BEGINS_WITH", R"({"S":"hel"})", R"({"S":"el"})"},
        {"name", "CONTAINS", R"({"S":"ell"})", R"({"S":"elk"})"},
        {"tags", "CONTAINS", R"({"S":"a"})", R"({"S":"c"})"},
        {"list", "CONTAINS", R"({"N":"1"})", R"({"S":"1"})"},
        {"tags", "NOT_CONTAINS", R"({"S":"c"})", R"({"S":"a"})"},
        {"tags", "EQ", R"({"SS":["b","a"]})", R"({"SS":["a"]})"},
    };
    for (const Case& each : cases) {
        INFO(each.attribute << " " << each.comparison);
        CHECK(engine.update_if(each.attribute, each.comparison, each.met) == "accepted");
        CHECK(engine.update_if(each.attribute, each.comparison, each.missed) == failed);
    }
    CHECK(engine.update_if(R"({"n":{"ComparisonOperator":"NOT_NULL"}})") == "accepted");
    CHECK(engine.update_if(R"({"none":{"ComparisonOperator":"NOT_NULL"}})") == failed);
    CHECK(engine.update_if(R"({"none":{"ComparisonOperator":"NULL"}})") == "accepted");
    CHECK(engine.update_if(R"({"n":{"ComparisonOperator":"NULL"}})") == failed);
}

// For a missing attribute NE and NOT_CONTAINS hold, and LT does not, as on AWS.
TEST_CASE("Expected of an attribute that is missing", "[legacy]") {
    Counters engine;
    CHECK(engine.update_if("none", "NE", R"({"N":"1"})") == "accepted");
    CHECK(engine.update_if("none", "NOT_CONTAINS", R"({"S":"a"})") == failed);
    CHECK(engine.update_if("none", "LT", R"({"N":"1"})") == failed);
}

TEST_CASE("Expected guards every write, by value or by existence", "[legacy]") {
    Counters engine;
    CHECK(engine.update_if(R"({"n":{"Value":{"N":"5"}}})") == "accepted");
    CHECK(engine.update_if(R"({"n":{"Exists":true,"Value":{"N":"4"}}})") == failed);
    CHECK(engine.update_if(R"({"none":{"Exists":false}})") == "accepted");
    CHECK(engine.update_if(R"({"n":{"Exists":false}})") == failed);
    CHECK(engine.update_if("{}") == "accepted");
    const std::string guard = R"("Expected":{"id":{"Exists":false}}})";
    CHECK(engine.refusal("PutItem", R"({"TableName":"counters","Item":{"id":{"N":"1"}},)" + guard) == failed);
    CHECK(engine.refusal("PutItem", R"({"TableName":"counters","Item":{"id":{"N":"2"}},)" + guard) ==
          "accepted");
    CHECK(engine.refusal("DeleteItem", R"({"TableName":"counters","Key":{"id":{"N":"1"}},)" + guard) ==
          failed);
    CHECK(engine.item("counters", R"({"id":{"N":"1"}})").at("n").at("N") == "5");
}

TEST_CASE("ConditionalOperator joins what is expected", "[legacy]") {
    Counters engine;
    const std::string two = R"({"n":{"Value":{"N":"5"}},"name":{"Value":{"S":"other"}}})";
    CHECK(engine.update_if(two) == failed);
    CHECK(engine.update_if(two + R"(,"ConditionalOperator":"AND")") == failed);
    CHECK(engine.update_if(two + R"(,"ConditionalOperator":"OR")") == "accepted");
    CHECK(engine.update_if(R"({},"ConditionalOperator":"OR")") ==
          "ValidationException: 1 validation error detected: ConditionalOperator cannot be used without "
          "Filter or Expected");
    CHECK(engine.update_if(R"({"n":{"Value":{"N":"5"}}},"ConditionalOperator":"OR")") ==
          "ValidationException: 1 validation error detected: ConditionalOperator can only be used when "
          "Filter or Expected has two or more "
          "elements");
}

// Unused placeholders are reported first, then the faults of each condition.
TEST_CASE("ConditionalOperator is looked at after what it joins", "[legacy]") {
    Counters engine;
    const std::string one = R"({"n":{"Value":{"N":"5"}}},"ConditionalOperator":"OR")";
    CHECK(engine.update_if(one + R"(,"ExpressionAttributeNames":{"#n":"n"})") ==
          "ValidationException: 1 validation error detected: ExpressionAttributeNames can only be specified "
          "when using expressions");
    CHECK(engine.update_if(R"({"n":{"Exists":true}},"ConditionalOperator":"OR")") ==
          "ValidationException: 1 validation error detected: One or more parameter values were invalid: "
          "Value must be provided when Exists "
          "is true for Attribute: n");
    const auto filtered = [&](const std::string& operation, const std::string& more) {
        return engine.refusal(operation,
                              R"({"TableName":"counters","ConditionalOperator":"OR",)" + more + "}");
    };
    const std::string filter = R"(":{"n":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"5"}]}})";
    const std::string names = R"(,"Select":"SPECIFIC_ATTRIBUTES","ExpressionAttributeNames":{"#n":"n"})";
    const std::string values =
        R"(,"Select":"SPECIFIC_ATTRIBUTES","ExpressionAttributeValues":{":n":{"N":"1"}})";
    for (const std::string operation : {"Query", "Scan"}) {
        CHECK(filtered(operation, "\"" + operation + "Filter" + filter + names) ==
              "ValidationException: ExpressionAttributeNames can only be specified when using expressions");
    }
    CHECK(filtered("Query", "\"QueryFilter" + filter + values) ==
          "ValidationException: ExpressionAttributeValues can only be specified when using expressions: "
          "FilterExpression and KeyConditionExpression are null");
    CHECK(filtered("Scan", "\"ScanFilter" + filter + values) ==
          "ValidationException: ExpressionAttributeValues can only be specified when using expressions: "
          "FilterExpression is null");
    CHECK(filtered("Scan", R"("ScanFilter":{"n":{"ComparisonOperator":"EQ","AttributeValueList":[]}})") ==
          "ValidationException: One or more parameter values were invalid: Invalid number of argument(s) for "
          "the EQ ComparisonOperator");
}

TEST_CASE("a failed expectation can return the item", "[legacy]") {
    Counters engine;
    engine.put("counters", {R"({"id":{"N":"7"},"a":{"S":"b"}})"});
    const auto answer = engine.answer("DeleteItem", R"({"TableName":"counters","Key":{"id":{"N":"7"}},
        "Expected":{"a":{"Value":{"S":"c"}}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})");
    CHECK(answer.at("Item") == json(R"({"id":{"N":"7"},"a":{"S":"b"}})"));
}

TEST_CASE("AttributeUpdates put, add and delete", "[legacy]") {
    Counters engine;
    const auto item =
        engine.updated("1", R"({"name":{"Value":{"S":"new"}},"n":{"Action":"ADD","Value":{"N":"2"}},
        "tags":{"Action":"DELETE","Value":{"SS":["a","z"]}},"list":{"Action":"ADD","Value":{"L":[{"S":"y"}]}},
        "fresh":{"Action":"ADD","Value":{"NS":["1"]}}})");
    CHECK(item == json(R"({"id":{"N":"1"},"name":{"S":"new"},"n":{"N":"7"},"tags":{"SS":["b"]},
        "list":{"L":[{"N":"1"},{"S":"x"},{"S":"y"}]},"fresh":{"NS":["1"]}})"));
    const auto rest = engine.updated("1", R"({"tags":{"Action":"DELETE","Value":{"SS":["b"]}},
        "list":{"Action":"DELETE"},"fresh":{"Action":"DELETE"},"none":{"Action":"DELETE"}})");
    CHECK(rest == json(R"({"id":{"N":"1"},"name":{"S":"new"},"n":{"N":"7"}})"));
}

// An update that only removes creates no item; every other update does.
TEST_CASE("an update of a missing item makes one unless it only removes", "[legacy]") {
    Counters engine;
    CHECK(engine.updated("2", R"({"a":{"Action":"DELETE"}})").is_null());
    CHECK(engine.updated("2", R"({"a":{"Action":"DELETE","Value":{"SS":["x"]}}})").is_null());
    CHECK(engine.updated("3", "{}") == json(R"({"id":{"N":"3"}})"));
    CHECK(engine.updated("4", R"({"a":{"Action":"ADD","Value":{"N":"3"}}})") ==
          json(R"({"id":{"N":"4"},"a":{"N":"3"}})"));
    const std::string key = R"({"id":{"N":"5"}})";
    const auto answer =
        engine.done("UpdateItem", R"({"TableName":"counters","Key":)" + key +
                                      R"(,"UpdateExpression":"REMOVE a","ReturnValues":"ALL_NEW"})");
    CHECK(answer == json("{}"));
    CHECK(engine.item("counters", key).is_null());
}

TEST_CASE("AttributeUpdates are refused in AWS's words", "[legacy]") {
    Counters engine;
    const auto refused = [&](const std::string& updates) {
        return engine.refusal(
            "UpdateItem",
            R"({"TableName":"counters","Key":{"id":{"N":"1"}},"AttributeUpdates":)" + updates + "}");
    };
    CHECK(refused(R"({"id":{"Value":{"N":"2"}}})") ==
          "ValidationException: One or more parameter values were invalid: Cannot update attribute id. This "
          "attribute is part of the key");
    CHECK(refused(R"({"name":{"Action":"ADD","Value":{"N":"2"}}})") ==
          "ValidationException: Type mismatch for attribute to update");
    CHECK(refused(R"({"n":{"Action":"DELETE","Value":{"NS":["2"]}}})") ==
          "ValidationException: Type mismatch for attribute to update");
    CHECK(refused(R"({"n":{"Action":"PUT"}})") ==
          "ValidationException: 1 validation error detected: One or more parameter values were invalid: Only "
          "DELETE action is allowed when "
          "no attribute value is specified");
    CHECK(refused(R"({"n":{"Value":{}}})") ==
          "ValidationException: Supplied AttributeValue is empty, must contain exactly one of the supported "
          "datatypes");
}

// Attribute names have the same limits in every parameter.
TEST_CASE("the legacy parameters need valid attribute names", "[legacy]") {
    Counters engine;
    const std::string one = R"({"TableName":"counters","Key":{"id":{"N":"1"}},)";
    CHECK(engine.refusal("GetItem", one + R"("AttributesToGet":[""]})") ==
          "ValidationException: Empty attribute name");
    CHECK(engine.refusal("UpdateItem", one + R"("AttributeUpdates":{"":{"Value":{"N":"1"}}}})") ==
          "ValidationException: 1 validation error detected: Empty attribute name");
}

TEST_CASE("AttributesToGet names whole attributes", "[legacy]") {
    Music engine;
    const std::string key = R"("Key":{"artist":{"S":"x"},"song":{"S":"alpha"}},)";
    CHECK(engine.done("GetItem", R"({"TableName":"music",)" + key + R"("AttributesToGet":["made","a.b"]})") ==
          json(R"({"Item":{"made":{"N":"1990"}}})"));
    CHECK(engine.done("GetItem", R"({"TableName":"music",)" + key + R"("AttributesToGet":["none"]})") ==
          json(R"({"Item":{}})"));
    CHECK(engine.done("BatchGetItem", R"({"RequestItems":{"music":{"AttributesToGet":["made"],
        "Keys":[{"artist":{"S":"x"},"song":{"S":"beta"}}]}}})") ==
          json(R"({"Responses":{"music":[{"made":{"N":"2000"}}]},"UnprocessedKeys":{}})"));
    CHECK(
        engine.refusal("GetItem", R"({"TableName":"music",)" + key + R"("AttributesToGet":["a","a"]})") ==
        "ValidationException: One or more parameter values were invalid: Duplicate value in attribute name: "
        "a");
    CHECK(songs(engine, "Scan", R"("AttributesToGet":["song"],"ScanFilter":{"made":
        {"ComparisonOperator":"GT","AttributeValueList":[{"N":"1995"}]}})") == "beta gamma");
}

TEST_CASE("KeyConditions read a range of the partition", "[legacy]") {
    Music engine;
    CHECK(engine.query("") == "alpha beta gamma");
    CHECK(engine.query("", R"(,"ScanIndexForward":false)") == "gamma beta alpha");
    CHECK(engine.query_sort("EQ", R"({"S":"beta"})") == "beta");
    CHECK(engine.query_sort("LT", R"({"S":"beta"})") == "alpha");
    CHECK(engine.query_sort("LE", R"({"S":"beta"})") == "alpha beta");
    CHECK(engine.query_sort("GT", R"({"S":"beta"})") == "gamma");
    CHECK(engine.query_sort("GE", R"({"S":"beta"})") == "beta gamma");
    CHECK(engine.query_sort("BETWEEN", R"({"S":"b"},{"S":"gamma"})") == "beta gamma");
    CHECK(engine.query_sort("BEGINS_WITH", R"({"S":"ga"})") == "gamma");
    CHECK(engine.query(
              "", R"(,"FilterExpression":"made < :y","ExpressionAttributeValues":{":y":{"N":"2000"}})") ==
          "alpha");
    CHECK(engine.query("", R"(,"ProjectionExpression":"song")") == "alpha beta gamma");
}

TEST_CASE("KeyConditions that do not fit the key are refused", "[legacy]") {
    Music engine;
    const std::string x = R"({"S":"x"})";
    const auto query = [&](const std::string& conditions) {
        return songs(engine, "Query", R"("KeyConditions":{)" + conditions + "}");
    };
    for (const std::string each : {"NE", "CONTAINS", "NOT_CONTAINS", "IN"}) {
        CHECK(engine.query_sort(each, x) == "Attempted conditional constraint is not an indexable operation");
    }
    CHECK(engine.query_sort("NULL", "") == "Attempted conditional constraint is not an indexable operation");
    CHECK(engine.query_sort("EQ", R"({"N":"1"})") ==
          "One or more parameter values were invalid: Condition parameter type does not match schema type");
    CHECK(engine.query_sort("BETWEEN", R"({"S":"b"},{"S":"a"})") ==
          "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
    CHECK(query(R"("artist":{"ComparisonOperator":"GT","AttributeValueList":[{"S":"x"}]})") ==
          "Query key condition not supported");
    CHECK(query(R"("song":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"x"}]})") ==
          "Query condition missed key schema element: artist");
    CHECK(query("") == "Conditions can be of length 1 or 2 only");
    CHECK(engine.query(R"(,"made":{"ComparisonOperator":"NOT_NULL"})") ==
          "Query condition missed key schema element: song");
    CHECK(songs(engine, "Query", R"("Limit":1)") ==
          "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
}

TEST_CASE("QueryFilter and ScanFilter filter items", "[legacy]") {
    Music engine;
    CHECK(engine.filtered("made", "GE", R"({"N":"2000"})") == "beta gamma");
    CHECK(engine.filtered("mood", "NULL", "") == "beta");
    CHECK(engine.filtered("mood", "NOT_NULL", "") == "alpha gamma");
    CHECK(engine.filtered("mood", "CONTAINS", R"({"S":"blue"})") == "alpha");
    CHECK(engine.filtered("mood", "NOT_CONTAINS", R"({"S":"blue"})") == "gamma");
    CHECK(engine.filtered("mood", "NE", R"({"S":"wild"})") == "alpha beta");
    CHECK(engine.filtered("song", "EQ", R"({"S":"beta"})") ==
          "QueryFilter can only contain non-primary key attributes: Primary key attribute: song");
    CHECK(engine.filtered("made", "BETWEEN", R"({"N":"3"},{"N":"1"})") ==
          "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
    CHECK(engine.filtered("made", "LT", R"({"N":"x"})") ==
          "The parameter cannot be converted to a numeric value: x");
    const std::string either = R"({"made":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"2000"}]},
        "mood":{"ComparisonOperator":"BEGINS_WITH","AttributeValueList":[{"S":"wi"}]}},
        "ConditionalOperator":"OR")";
    CHECK(engine.query("", R"(,"QueryFilter":)" + either) == "beta gamma");
    CHECK(songs(engine, "Scan", R"("ScanFilter":)" + either) == "beta gamma");
    CHECK(songs(engine, "Scan", R"("ConditionalOperator":"OR")") ==
          "ConditionalOperator cannot be used without Filter or Expected");
}

}  // namespace tailrace::operation
