#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

const std::string long_text(300'000, 'x');

std::string put(const std::string& item, const std::string& more = "", const std::string& table = "music") {
    return R"({"TableName":")" + table + R"(","Item":)" + item + (more.empty() ? "" : "," + more) + "}";
}

}  // namespace

TEST_CASE("PutItem stores every type as it was given", "[put_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    const char* item = R"({"id":{"N":"7"},"s":{"S":"é"},"n":{"N":"-1.5"},"b":{"B":"AAE="},"t":{"BOOL":true},
        "z":{"NULL":true},"l":{"L":[{"S":"a"},{"L":[]}]},"m":{"M":{"k":{"M":{}}}},"ss":{"SS":["a","b"]},
        "ns":{"NS":["1","2"]},"bs":{"BS":["AA=="]},"empty":{"S":""}})";
    CHECK(engine.answer("PutItem", put(item, "", "counters")) == json("{}"));
    CHECK(engine.item("counters", R"({"id":{"N":"7.0"}})") == json(item));
}

TEST_CASE("PutItem replaces the whole item and returns the old one on request", "[put_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string all_old = R"("ReturnValues":"ALL_OLD")";
    CHECK(engine.answer("PutItem", put(R"({"artist":{"S":"a"},"song":{"S":"s"},"year":{"N":"1"}})",
                                       all_old)) == json("{}"));
    CHECK(
        engine.answer("PutItem", put(R"({"artist":{"S":"a"},"song":{"S":"s"},"len":{"N":"9"}})", all_old)) ==
        json(R"({"Attributes":{"artist":{"S":"a"},"song":{"S":"s"},"year":{"N":"1"}}})"));
    CHECK(engine.item("music", R"({"artist":{"S":"a"},"song":{"S":"s"}})") ==
          json(R"({"artist":{"S":"a"},"song":{"S":"s"},"len":{"N":"9"}})"));
}

TEST_CASE("PutItem leaves everything as it was when its condition does not hold", "[put_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("music", {R"({"artist":{"S":"a"},"song":{"S":"s"},"year":{"N":"1"}})"});
    const std::string condition = R"j("ConditionExpression":"attribute_not_exists(artist)")j";
    const std::string item = R"({"artist":{"S":"a"},"song":{"S":"s"}})";
    CHECK(engine.answer("PutItem", put(item, condition)) ==
          json(R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
                   "message":"The conditional request failed"})"));
    CHECK(engine.answer("PutItem",
                        put(item, condition + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")")) ==
          json(R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
                   "message":"The conditional request failed",
                   "Item":{"artist":{"S":"a"},"song":{"S":"s"},"year":{"N":"1"}}})"));
    CHECK(engine.item("music", item) == json(R"({"artist":{"S":"a"},"song":{"S":"s"},"year":{"N":"1"}})"));
}

// DynamoDB's 32 levels need more than twice as many levels of JSON.
TEST_CASE("a condition that does not hold shows an item of any depth", "[put_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    std::string deep = R"({"N":"1"})";
    for (int level = 1; level < 32; ++level) deep = R"({"L":[)" + deep + "]}";
    const std::string item = R"({"artist":{"S":"a"},"song":{"S":"s"},"deep":)" + deep + "}";
    engine.put("music", {item});
    CHECK(engine
              .answer("PutItem", put(item, R"j("ConditionExpression":"attribute_not_exists(artist)",
                                                 "ReturnValuesOnConditionCheckFailure":"ALL_OLD")j"))
              .at("Item") == json(item));
}

TEST_CASE("PutItem checks the key in the item", "[put_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string invalid = "ValidationException: One or more parameter values were invalid: ";
    CHECK(engine.refusal("PutItem", put(R"({"song":{"S":"s"}})")) ==
          invalid + "Missing the key artist in the item");
    CHECK(engine.refusal("PutItem", put(R"({"artist":{"S":"a"}})")) ==
          invalid + "Missing the key song in the item");
    CHECK(engine.refusal("PutItem", put(R"({"artist":{"N":"1"},"song":{"S":"s"}})")) ==
          invalid + "Type mismatch for key artist expected: S actual: N");
    CHECK(engine.refusal("PutItem", put(R"({"artist":{"S":"a"},"song":{"S":""}})")) ==
          "ValidationException: One or more parameter values are not valid. The AttributeValue for a key "
          "attribute cannot contain an empty string value. Key: song");
    CHECK(engine.refusal("PutItem", put(R"({"artist":{"S":")" + long_text.substr(0, 2049) +
                                        R"("},"song":{"S":"s"}})")) ==
          invalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes");
    CHECK(engine.refusal("PutItem", put(R"({"artist":{"S":"a"},"song":{"S":")" + long_text.substr(0, 1025) +
                                        R"("}})")) ==
          invalid + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
    CHECK(engine.refusal("PutItem", put(R"({"artist":{"S":")" + long_text.substr(0, 2048) +
                                        R"("},"song":{"S":")" + long_text.substr(0, 1024) + R"("}})")) ==
          "accepted");
}

// If several indexes are at fault, AWS names the one whose name sorts first.
TEST_CASE("PutItem checks the attributes that are keys of an index", "[put_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    const auto refusal = [&](const std::string& attribute) {
        return engine.refusal(
            "PutItem", put(R"({"player":{"S":"p"},"game":{"S":"g"},)" + attribute + "}", "", "scores"));
    };
    CHECK(
        refusal(R"("points":{"S":"1"})") ==
        "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key points "
        "Expected: N Actual: S IndexName: by_game");
    CHECK(
        refusal(R"("level":{"S":""})") ==
        "ValidationException: One or more parameter values are not valid. A value specified for a secondary "
        "index key is not supported. The AttributeValue for a key attribute cannot contain an empty string "
        "value. IndexName: by_level, IndexKey: level");
    CHECK(refusal(R"("level":{"S":")" + long_text.substr(0, 2049) + R"("})") ==
          "ValidationException: One or more parameter values were invalid: Size of hashkey has exceeded the "
          "maximum size limit of2048 bytes");
    CHECK(engine.item("scores", R"({"player":{"S":"p"},"game":{"S":"g"}})").is_null());
}

TEST_CASE("PutItem takes items of up to 400 KB", "[put_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    // The names and the key take 13 of the bytes.
    const auto item = [](std::size_t bytes) {
        return R"({"artist":{"S":"a"},"song":{"S":"s"},"t":{"S":")" + std::string(bytes - 13, 'x') + R"("}})";
    };
    CHECK(engine.refusal("PutItem", put(item(400 * 1024))) == "accepted");
    CHECK(engine.refusal("PutItem", put(item(400 * 1024 + 1))) ==
          "ValidationException: Item size has exceeded the maximum allowed size");
}

TEST_CASE("PutItem takes values nested 32 levels deep", "[put_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    const auto nested = [](int levels) {
        std::string value = R"({"S":"x"})";
        for (int i = 0; i < levels; ++i) value = R"({"L":[)" + value + "]}";
        return R"({"id":{"N":"1"},"v":)" + value + "}";
    };
    const auto refusal = [&](int levels) {
        return engine.refusal("PutItem", put(nested(levels), "", "counters"));
    };
    CHECK(refusal(31) == "accepted");
    CHECK(refusal(32) ==
          "ValidationException: 1 validation error detected: Nesting Levels have exceeded supported limits: "
          "Attributes in the item have nested levels beyond supported limit");
}

// A value may have two faults. AWS reports a fault in its content before it reports more than one type.
TEST_CASE("PutItem takes values of exactly one type", "[put_item]") {
    TestEngine engine;
    CHECK(
        engine.refusal("PutItem", put(R"({"a":{"S":"x","N":"1"}})")) ==
        "ValidationException: Supplied AttributeValue has more than one datatypes set, must contain exactly "
        "one of the supported datatypes");
    CHECK(engine.refusal("PutItem", put(R"({"a":{"S":"x","N":"b"}})")) ==
          "ValidationException: 1 validation error detected: The parameter cannot be converted to a numeric "
          "value: b");
    CHECK(engine.refusal("PutItem", put(R"({"a":{}})")) ==
          "ValidationException: Supplied AttributeValue is empty, must contain exactly one of the supported "
          "datatypes");
}

TEST_CASE("PutItem knows only two return values", "[put_item]") {
    TestEngine engine;
    CHECK(engine.refusal("PutItem", put("{}", R"("ReturnValues":"UPDATED_NEW")")) ==
          "ValidationException: 1 validation error detected: ReturnValues can only be ALL_OLD or NONE");
}

TEST_CASE("PutItem reports faults of parameters before it looks for the table", "[put_item]") {
    TestEngine engine;
    CHECK(engine.refusal("PutItem", put("{}", R"("ConditionExpression":"a = :v")")) ==
          "ValidationException: 1 validation error detected: Invalid ConditionExpression: An expression "
          "attribute value used in expression "
          "is not defined; attribute value: :v");
    CHECK(engine.refusal("PutItem", put("{}", R"("ExpressionAttributeNames":{"#a":"b"})")) ==
          "ValidationException: 1 validation error detected: ExpressionAttributeNames can only be specified "
          "when using expressions");
    CHECK(engine.refusal("PutItem",
                         put("{}", R"j("ConditionExpression":"attribute_exists(a)","Expected":{})j")) ==
          "ValidationException: 1 validation error detected: Can not use both expression and non-expression "
          "parameters in the same request: Non-expression parameters: {Expected} Expression parameters: "
          "{ConditionExpression}");
    CHECK(engine.refusal("PutItem", put("{}")) == "ResourceNotFoundException: Requested resource not found");
}

TEST_CASE("PutItem returns item collection metrics if there are local indexes", "[put_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.create_indexed_table();
    const std::string size = R"("ReturnItemCollectionMetrics":"SIZE")";
    CHECK(engine.answer("PutItem", put(R"({"player":{"S":"p"},"game":{"S":"g"}})", size, "scores")) ==
          json(R"({"ItemCollectionMetrics":{"ItemCollectionKey":{"player":{"S":"p"}},
                                            "SizeEstimateRangeGB":[0.0,1.0]}})"));
    CHECK(engine.answer("PutItem", put(R"({"id":{"N":"1"}})", size, "counters")) == json("{}"));
}
