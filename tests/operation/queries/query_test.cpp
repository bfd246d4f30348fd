#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

std::string query(const std::string& condition, const std::string& values, const std::string& more = "") {
    return R"({"TableName":"scores","KeyConditionExpression":")" + condition +
           R"(","ExpressionAttributeValues":)" + values + (more.empty() ? "" : "," + more) + "}";
}

void fill(TestEngine& engine) {
    engine.create_indexed_table();
    engine.put("scores",
               {R"({"player":{"S":"ann"},"game":{"S":"chess"},"points":{"N":"30"},"note":{"S":"n1"}})",
                R"({"player":{"S":"ann"},"game":{"S":"go"},"points":{"N":"4"},"level":{"S":"low"},
                    "note":{"S":"n2"}})",
                R"({"player":{"S":"ann"},"game":{"S":"poker"},"more":{"S":"m"}})",
                R"({"player":{"S":"bob"},"game":{"S":"go"},"points":{"N":"25"},"level":{"S":"low"}})"});
}

std::string games(const boost::json::value& answer) {
    std::string list;
    for (const auto& item : answer.at("Items").as_array()) {
        list.append(list.empty() ? "" : " ").append(item.at("game").at("S").as_string());
    }
    return list;
}

const std::string ann = R"({":p":{"S":"ann"}})";
const std::string go = R"({":g":{"S":"go"}})";
const std::string invalid = "ValidationException: One or more parameter values were invalid: ";

}  // namespace

TEST_CASE("Query answers with the items of a partition in the order of their sort keys", "[query]") {
    TestEngine engine;
    fill(engine);
    CHECK(
        engine.answer("Query", query("player = :p AND game > :g", R"({":p":{"S":"ann"},":g":{"S":"d"}})")) ==
        json(R"({"Items":[{"player":{"S":"ann"},"game":{"S":"go"},"points":{"N":"4"},"level":{"S":"low"},
                             "note":{"S":"n2"}},
                            {"player":{"S":"ann"},"game":{"S":"poker"},"more":{"S":"m"}}],
                   "Count":2,"ScannedCount":2})"));
    CHECK(games(engine.done("Query", query("player = :p", ann, R"("ScanIndexForward":false)"))) ==
          "poker go chess");
    CHECK(engine.answer("Query", query("player = :p", R"({":p":{"S":"zoe"}})")) ==
          json(R"({"Items":[],"Count":0,"ScannedCount":0})"));
}

TEST_CASE("Query filters after it has counted", "[query]") {
    TestEngine engine;
    fill(engine);
    CHECK(
        engine.answer("Query", query("player = :p", R"({":p":{"S":"ann"},":n":{"S":"n1"}})",
                                     R"("FilterExpression":"note = :n","ProjectionExpression":"points")")) ==
        json(R"({"Items":[{"points":{"N":"30"}}],"Count":1,"ScannedCount":3})"));
    CHECK(engine.answer("Query", query("player = :p", R"({":p":{"S":"ann"},":n":{"S":"n1"}})",
                                       R"("FilterExpression":"note = :n","Select":"COUNT")")) ==
          json(R"({"Count":1,"ScannedCount":3})"));
}

TEST_CASE("Query on an index sees the items that have its key", "[query]") {
    TestEngine engine;
    fill(engine);
    CHECK(engine.answer("Query", query("game = :g", go, R"("IndexName":"by_game")")) ==
          json(R"({"Items":[{"player":{"S":"ann"},"game":{"S":"go"},"points":{"N":"4"},"level":{"S":"low"},
                             "note":{"S":"n2"}},
                            {"player":{"S":"bob"},"game":{"S":"go"},"points":{"N":"25"},"level":{"S":"low"}}],
                   "Count":2,"ScannedCount":2})"));
    CHECK(engine.answer("Query", query("#l = :l", R"({":l":{"S":"low"}})",
                                       R"("IndexName":"by_level","ExpressionAttributeNames":{"#l":"level"},
                                          "Limit":1)")) ==
          json(R"({"Items":[{"player":{"S":"ann"},"game":{"S":"go"},"level":{"S":"low"},"note":{"S":"n2"}}],
                   "Count":1,"ScannedCount":1,
                   "LastEvaluatedKey":{"player":{"S":"ann"},"game":{"S":"go"},"level":{"S":"low"}}})"));
}

// A local index fetches attributes that it does not project from the table; a global index cannot.
TEST_CASE("Query returns unprojected attributes only from a local index", "[query]") {
    TestEngine engine;
    fill(engine);
    const std::string local = R"("IndexName":"by_points")";
    CHECK(engine.answer("Query", query("player = :p", ann, local)) ==
          json(R"({"Items":[{"player":{"S":"ann"},"game":{"S":"go"},"points":{"N":"4"}},
                            {"player":{"S":"ann"},"game":{"S":"chess"},"points":{"N":"30"}}],
                   "Count":2,"ScannedCount":2})"));
    CHECK(engine.answer("Query", query("player = :p", ann, local + R"(,"ProjectionExpression":"note",
                                        "ReturnConsumedCapacity":"INDEXES")")) ==
          json(R"({"Items":[{"note":{"S":"n2"}},{"note":{"S":"n1"}}],"Count":2,"ScannedCount":2,
                   "ConsumedCapacity":{"TableName":"scores","CapacityUnits":1.5,
                       "Table":{"CapacityUnits":1.0},
                       "LocalSecondaryIndexes":{"by_points":{"CapacityUnits":0.5}}}})"));
    const auto all = engine.done("Query", query("player = :p", ann, local + R"(,"Select":"ALL_ATTRIBUTES")"));
    CHECK(all.at("Items").at(1).at("note") == json(R"({"S":"n1"})"));

    const std::string level = R"("IndexName":"by_level","ExpressionAttributeNames":{"#l":"level"})";
    const std::string low = R"({":l":{"S":"low"}})";
    CHECK(engine.refusal("Query", query("#l = :l", low, level + R"(,"Select":"ALL_ATTRIBUTES")")) ==
          invalid +
              "Select type ALL_ATTRIBUTES is not supported for global secondary index by_level because "
              "its projection type is not ALL");
    CHECK(engine.refusal("Query",
                         query("#l = :l", low, level + R"(,"ProjectionExpression":"note, more, game")")) ==
          invalid + "Global secondary index by_level does not project [more]");
}

TEST_CASE("Query checks the key condition against the schema", "[query]") {
    TestEngine engine;
    fill(engine);
    const auto refusal = [&](const std::string& condition, const std::string& values) {
        return engine.refusal("Query", query(condition, values));
    };
    CHECK(refusal("game = :g", go) ==
          "ValidationException: Query condition missed key schema element: player");
    CHECK(refusal("player > :p", ann) == "ValidationException: Query key condition not supported");
    CHECK(refusal("player = :p AND points = :p", ann) ==
          "ValidationException: Query condition missed key schema element: game");
    const std::string wrong_type = invalid + "Condition parameter type does not match schema type";
    CHECK(refusal("player > :p", R"({":p":{"N":"1"}})") == wrong_type);
    CHECK(refusal("player = :p AND game < :g", R"({":p":{"S":"ann"},":g":{"N":"1"}})") == wrong_type);
    CHECK(refusal("player = :p", R"({":p":{"S":""}})") ==
          "ValidationException: One or more parameter values are not valid. The AttributeValue for a key "
          "attribute cannot contain an empty string value. Key: player");
    CHECK(
        engine.refusal("Query", R"({"TableName":"scores"})") ==
        "ValidationException: Either the KeyConditions or KeyConditionExpression parameter must be specified "
        "in the request.");
    CHECK(refusal("player = :p AND player = :p", ann) ==
          "ValidationException: Invalid KeyConditionExpression: KeyConditionExpressions must only contain "
          "one condition per key");
    CHECK(engine.refusal("Query", R"({"TableName":"nowhere","KeyConditionExpression":"a <> :p",
              "ExpressionAttributeValues":{":p":{"S":"ann"}}})") ==
          "ValidationException: Invalid operator used in KeyConditionExpression: <>");
    CHECK(engine.refusal("Query", R"({"TableName":"nowhere",
              "KeyConditionExpression":"a = :p AND b = :p AND c = :p",
              "ExpressionAttributeValues":{":p":{"S":"ann"}}})") ==
          "ResourceNotFoundException: Requested resource not found");
    CHECK(refusal("player = :p AND game = :p AND points = :p", ann) ==
          "ValidationException: The number of query conditions (3) exceeds the number of key attributes "
          "defined in the schema (2)");
    CHECK(engine.refusal("Query", R"({"TableName":"nowhere","IndexName":"wide",
              "KeyConditionExpression":"a = :p AND b = :p AND c = :p",
              "ExpressionAttributeValues":{":p":{"S":"ann"}}})") ==
          "ResourceNotFoundException: Requested resource not found");
    CHECK(engine.refusal("Query", R"({"TableName":"nowhere","KeyConditions":{}})") ==
          "ValidationException: Conditions can be of length 1 or 2 only");
}

TEST_CASE("Query knows its indexes and what they can do", "[query]") {
    TestEngine engine;
    fill(engine);
    CHECK(engine.refusal("Query", query("game = :g", go, R"("IndexName":"by_color")")) ==
          "ValidationException: The table does not have the specified index: by_color");
    CHECK(engine.refusal("Query", query("game = :g", go, R"("IndexName":"by_game","ConsistentRead":true)")) ==
          "ValidationException: Consistent reads are not supported on global secondary indexes");
    CHECK(engine.refusal("Query", query("player = :p", ann, R"("IndexName":"by_points",
                                        "ConsistentRead":true)")) == "accepted");
}

TEST_CASE("Query filters no key attribute and reaches into none", "[query]") {
    TestEngine engine;
    fill(engine);
    CHECK(engine.refusal("Query", query("player = :p", ann, R"("FilterExpression":"game = :p")")) ==
          "ValidationException: Filter Expression can only contain non-primary key attributes: Primary key "
          "attribute: game");
    CHECK(engine.refusal("Query", query("game = :g", go, R"("IndexName":"by_game",
                                        "FilterExpression":"player = :g")")) == "accepted");
    const std::string scalars =
        "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are "
        "not allowed: ";
    CHECK(engine.refusal("Query", query("player = :p", ann, R"("FilterExpression":"points.x = :p")")) ==
          scalars + "IndexKey: points");
    CHECK(engine.refusal("Query", query("player = :p", ann, R"("ProjectionExpression":"game[0]")")) ==
          scalars + "Key: game");
}

// The order of these checks, and which of them name the parameter, are as observed on AWS.
TEST_CASE("Query checks the key that it starts from", "[query]") {
    TestEngine engine;
    fill(engine);
    const auto refusal = [&](const std::string& start, const std::string& condition,
                             const std::string& more) {
        return engine.refusal("Query", query(condition, R"({":p":{"S":"ann"},":g":{"S":"go"}})",
                                             R"("ExclusiveStartKey":)" + start + more));
    };
    const std::string start = "ValidationException: The provided starting key ";
    const std::string both = "player = :p AND game > :g";
    CHECK(refusal("{}", both, "") == start + "is invalid");
    CHECK(refusal(R"({"player":{"S":"ann"},"points":{"N":"1"}})", both, "") == start + "is invalid");
    CHECK(refusal(R"({"player":{"S":"ann"},"game":{"N":"1"}})", both, "") ==
          "ValidationException: The provided key element does not match the schema");
    CHECK(refusal(R"({"player":{"S":"ann"},"game":{"S":"chess"}})", both, "") ==
          start + "does not match the range key predicate");
    // AWS answers this whatever the condition on the sort key is.
    const std::string one_row =
        "ValidationException: The query can return at most one row and cannot be restarted";
    CHECK(refusal(R"({"player":{"S":"bob"},"game":{"S":"poker"}})", both, "") == one_row);
    CHECK(refusal(R"({"player":{"S":"bob"},"game":{"S":"go"}})", "player = :p AND game = :g", "") == one_row);
    CHECK(refusal(R"({"player":{"S":"ann"},"game":{"S":"go"}})", both, "") ==
          start + "does not match the range key predicate");
    CHECK(refusal(R"({"player":{"S":"ann"},"game":{"NULL":false}})", both, "") ==
          start +
              "is invalid: One or more parameter values were invalid: Null attribute value types must have "
              "the value of true");

    CHECK(refusal(R"({"player":{"S":"ann"},"points":{"N":"1"}})", "game > :g AND note = :p", "") ==
          "ValidationException: Query condition missed key schema element: player");

    const auto by_game = [&](const std::string& start_key) {
        return engine.refusal(
            "Query", query("game = :g", go, R"("IndexName":"by_game","ExclusiveStartKey":)" + start_key));
    };
    CHECK(by_game(R"({"player":{"S":"ann"},"game":{"S":"go"}})") == start + "is invalid");
    CHECK(by_game(R"({"player":{"N":"1"},"game":{"S":"go"},"points":{"N":"1"}})") ==
          start + "is invalid: The provided key element does not match the schema");
    CHECK(by_game(R"({"player":{"S":"ann"},"game":{"S":"chess"},"points":{"N":"1"}})") ==
          start + "is outside query boundaries based on provided conditions");
    CHECK(by_game(R"({"player":{"S":"ann"},"game":{"S":"go"},"points":{"N":"1"}})") == "accepted");

    const std::string sorted = R"("IndexName":"by_game","ExclusiveStartKey":{"player":{"S":"ann"},)";
    const std::string by_points = R"({":g":{"S":"go"},":n":{"N":"4"}})";
    CHECK(engine.refusal("Query", query("game = :g AND points = :n", by_points,
                                        sorted + R"("game":{"S":"chess"},"points":{"N":"4"}})")) == one_row);
    CHECK(engine.refusal("Query", query("game = :g AND points = :n", by_points,
                                        sorted + R"("game":{"S":"go"},"points":{"N":"5"}})")) ==
          start + "does not match the range key predicate");
}

// If the condition has an inclusive bound, the row with that key ends the query, and no page can begin after
// it. In an index more rows with the same key may follow.
TEST_CASE("Query ends with the last key that its condition allows", "[query]") {
    TestEngine engine;
    fill(engine);
    const std::string at_go = R"(,"ExclusiveStartKey":{"player":{"S":"ann"},"game":{"S":"go"}})";
    const auto both_ways = [&](const std::string& condition, const std::string& values,
                               const std::string& backward) {
        const std::string limit = R"("Limit":2,"ScanIndexForward":)" + backward;
        const auto answer = engine.done("Query", query(condition, values, limit));
        const std::string more = answer.as_object().contains("LastEvaluatedKey") ? ", more; " : ", end; ";
        return games(answer) + more + engine.refusal("Query", query(condition, values, limit + at_go));
    };
    const std::string values = R"({":p":{"S":"ann"},":g":{"S":"go"}})";
    const std::string refused =
        "ValidationException: The provided starting key does not match the range key predicate";
    CHECK(both_ways("player = :p AND game <= :g", values, "true") == "chess go, end; " + refused);
    CHECK(both_ways("player = :p AND game <= :g", values, "false") == "go chess, more; accepted");
    CHECK(both_ways("player = :p AND game >= :g", values, "false") == "poker go, end; " + refused);
    CHECK(both_ways("player = :p AND game >= :g", values, "true") == "go poker, more; accepted");
    const std::string bounds = R"({":p":{"S":"ann"},":a":{"S":"a"},":g":{"S":"go"}})";
    CHECK(both_ways("player = :p AND game BETWEEN :a AND :g", bounds, "true") == "chess go, end; " + refused);
    CHECK(both_ways("player = :p AND begins_with(game, :g)", values, "true") == "go, end; accepted");
    const std::string low = R"("IndexName":"by_game","Limit":1,"ExclusiveStartKey":{"player":{"S":"ann"},
                                "game":{"S":"go"},"points":{"N":"25"}})";
    CHECK(games(engine.done("Query", query("game = :g AND points <= :n",
                                           R"({":g":{"S":"go"},":n":{"N":"25"}})", low))) == "go");
}

// A partition without a sort key has one item. The message shows the key in AWS's notation.
TEST_CASE("Query of a partition of one item has no second page", "[query]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("counters", {R"({"id":{"N":"1"}})"});
    const auto by_id = [](const std::string& more) {
        return R"({"TableName":"counters","KeyConditionExpression":"id = :i",
                   "ExpressionAttributeValues":{":i":{"N":"1"}})" +
               more + "}";
    };
    CHECK(engine.answer("Query", by_id(R"(,"Limit":1)")) ==
          json(R"({"Items":[{"id":{"N":"1"}}],"Count":1,"ScannedCount":1})"));
    CHECK(engine.refusal("Query", by_id(R"(,"ExclusiveStartKey":{"id":{"N":"1"}})")) ==
          "ValidationException: The provided exclusive start key is invalid: ExclusiveStartKey: "
          "{id=AttributeValue: {N:1}}");
    CHECK(engine.done("Scan", R"({"TableName":"counters","Limit":1})")
              .as_object()
              .contains("LastEvaluatedKey"));
}

TEST_CASE("Query counts what it reads", "[query]") {
    TestEngine engine;
    fill(engine);
    const auto consumed = [&](const std::string& condition, const std::string& values,
                              const std::string& more) {
        return engine.done("Query", query(condition, values, more)).at("ConsumedCapacity");
    };
    CHECK(consumed("player = :p", ann, R"("ReturnConsumedCapacity":"TOTAL","ConsistentRead":true)") ==
          json(R"({"TableName":"scores","CapacityUnits":1.0})"));
    CHECK(consumed("game = :g", go, R"("IndexName":"by_game","ReturnConsumedCapacity":"INDEXES")") ==
          json(R"({"TableName":"scores","CapacityUnits":0.5,"Table":{"CapacityUnits":0.0},
                   "GlobalSecondaryIndexes":{"by_game":{"CapacityUnits":0.5}}})"));
}
