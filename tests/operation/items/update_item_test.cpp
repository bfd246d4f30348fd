#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

std::string update(const std::string& expression, const std::string& values = "",
                   const std::string& more = "") {
    return R"({"TableName":"scores","Key":{"player":{"S":"p"},"game":{"S":"g"}},"UpdateExpression":")" +
           expression + "\"" + (values.empty() ? "" : R"(,"ExpressionAttributeValues":)" + values) +
           (more.empty() ? "" : "," + more) + "}";
}

boost::json::value stored(TestEngine& engine) {
    return engine.item("scores", R"({"player":{"S":"p"},"game":{"S":"g"}})");
}

const std::string one = R"({":v":{"N":"1"}})";
const std::string text = R"({":v":{"S":"x"}})";
const std::string invalid = "ValidationException: One or more parameter values were invalid: ";

}  // namespace

TEST_CASE("UpdateItem creates a missing item", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    CHECK(engine.answer("UpdateItem", update("SET plays = if_not_exists(plays, :v)", one)) == json("{}"));
    CHECK(stored(engine) == json(R"({"player":{"S":"p"},"game":{"S":"g"},"plays":{"N":"1"}})"));
}

TEST_CASE("UpdateItem without an expression makes an item of the key", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    engine.done("UpdateItem", R"({"TableName":"scores","Key":{"player":{"S":"p"},"game":{"S":"g"}}})");
    CHECK(stored(engine) == json(R"({"player":{"S":"p"},"game":{"S":"g"}})"));
}

// In a missing item there is nothing to remove, which is not a fault.
TEST_CASE("UpdateItem may remove parts of a missing item", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    CHECK(engine.refusal("UpdateItem", update("REMOVE a.b")) == "accepted");
    CHECK(engine.refusal("UpdateItem", update("SET a.b = :v", one)) ==
          "ValidationException: The document path provided in the update expression is invalid for update");
}

TEST_CASE("UpdateItem returns old or new values, all or updated ones", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    engine.put("scores", {R"({"player":{"S":"p"},"game":{"S":"g"},"a":{"N":"1"},"b":{"N":"2"}})"});
    const auto attributes = [&](const std::string& expression, const std::string& wanted) {
        const auto answer =
            engine.done("UpdateItem", update(expression, one, R"("ReturnValues":")" + wanted + "\""));
        const auto* found = answer.as_object().if_contains("Attributes");
        return found != nullptr ? *found : boost::json::value();
    };
    CHECK(attributes("SET a = a + :v", "ALL_OLD") ==
          json(R"({"player":{"S":"p"},"game":{"S":"g"},"a":{"N":"1"},"b":{"N":"2"}})"));
    CHECK(attributes("SET a = a + :v", "UPDATED_OLD") == json(R"({"a":{"N":"2"}})"));
    CHECK(attributes("SET a = a + :v", "ALL_NEW") ==
          json(R"({"player":{"S":"p"},"game":{"S":"g"},"a":{"N":"4"},"b":{"N":"2"}})"));
    CHECK(attributes("SET a = a + :v REMOVE b", "UPDATED_NEW") == json(R"({"a":{"N":"5"}})"));
    CHECK(attributes("SET c = :v", "UPDATED_OLD").is_null());
    CHECK(attributes("SET a = a + :v", "NONE").is_null());
}

TEST_CASE("UpdateItem leaves everything as it was when its condition does not hold", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    CHECK(engine.refusal("UpdateItem", update("SET a = :v", one,
                                              R"j("ConditionExpression":"attribute_exists(player)")j")) ==
          "ConditionalCheckFailedException: The conditional request failed");
    CHECK(stored(engine).is_null());
}

TEST_CASE("UpdateItem leaves the key alone", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    CHECK(engine.refusal("UpdateItem", update("SET a = :v, game = :v", text)) ==
          invalid + "Cannot update attribute game. This attribute is part of the key");
    CHECK(engine.refusal("UpdateItem", update("REMOVE player")) ==
          invalid + "Cannot update attribute player. This attribute is part of the key");
}

// 4294967294 is the highest index that AWS was observed to accept.
TEST_CASE("UpdateItem appends at a list index past the end, however far", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    engine.done("UpdateItem", update("SET l = :v", R"({":v":{"L":[{"N":"0"}]}})"));
    for (const char* index : {"10", "2147483648", "4294967294"}) {
        engine.done("UpdateItem", update("SET l[" + std::string(index) + "] = :v", one));
    }
    CHECK(engine.done("Scan", R"({"TableName":"scores"})").at("Items").at(0).at("l") ==
          json(R"({"L":[{"N":"0"},{"N":"1"},{"N":"1"},{"N":"1"}]})"));
    CHECK(engine.refusal("UpdateItem", update("SET l[4294967295] = :v", one)) ==
          "ValidationException: 1 validation error detected: Invalid UpdateExpression: List index is not "
          "within the allowable range; index: [4294967295]");
}

// Sources: the observations of AWS in getmoto/moto, test_dynamodb_exceptions.py, August 2026, and in
// paritysuite/dynamodb-conformance, cross-region-latest.json, September 2026.
TEST_CASE("UpdateItem reports the faults of its expressions as one error", "[update_item]") {
    TestEngine engine;
    const auto refused = [&](const std::string& expression, const std::string& more = "") {
        const std::string start = "ValidationException: 1 validation error detected: ";
        const std::string fault = engine.refusal("UpdateItem", update(expression, one, more));
        return fault.starts_with(start) ? fault.substr(start.size()) : "other: " + fault;
    };
    CHECK(refused("") == "Invalid UpdateExpression: The expression can not be empty;");
    CHECK(refused("ADD a :v SET b = :v ADD c :v") ==
          R"(Invalid UpdateExpression: The "ADD" section can only be used once in an update expression;)");
    CHECK(refused("SET a = :v, a = :v") ==
          "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one "
          "of these paths; path one: [a], path two: [a]");
    CHECK(refused("SET a = :other") ==
          "Invalid UpdateExpression: An expression attribute value used in expression is not defined; "
          "attribute value: :other");
    CHECK(refused("SET a = :v", R"("ExpressionAttributeNames":{"#n":"n"})") ==
          "Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}");
    CHECK(refused("REMOVE a") ==
          "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}");
    CHECK(refused("SET a = :v", R"("AttributeUpdates":{})") ==
          "Can not use both expression and non-expression parameters in the same request: Non-expression "
          "parameters: {AttributeUpdates} Expression parameters: {UpdateExpression}");
}

// A wrong type that is known without the item has a different message from one that only the item shows.
TEST_CASE("UpdateItem gives keys of indexes values of their types", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    CHECK(engine.refusal("UpdateItem", update("SET points = :v", text)) ==
          invalid + "Type mismatch for Index Key points Expected: N Actual: S IndexName: by_game");
    CHECK(engine.refusal("UpdateItem",
                         update("ADD #l :v", one, R"("ExpressionAttributeNames":{"#l":"level"})")) ==
          invalid + "Type mismatch for Index Key level Expected: S Actual: N IndexName: by_level");
    engine.put("scores", {R"({"player":{"S":"p"},"game":{"S":"g"},"a":{"N":"1"},"e":{"S":""}})"});
    const std::string names = R"("ExpressionAttributeNames":{"#l":"level"})";
    CHECK(engine.refusal("UpdateItem", update("SET #l = a", "", names)) ==
          "ValidationException: The update expression attempted to update the secondary index key to "
          "unsupported type");
    CHECK(engine.refusal("UpdateItem", update("SET #l = e", "", names)) ==
          "ValidationException: One or more parameter values are not valid. The update expression attempted "
          "to update a secondary index key to a value that is not supported. The AttributeValue for a key "
          "attribute cannot contain an empty string value.");
    CHECK(engine.refusal("UpdateItem", update("SET points.x = :v", one)) ==
          "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' "
          "are not allowed: IndexKey: points");
    CHECK(engine.refusal("UpdateItem", update("SET f = list_append(a, points[1])")) ==
          "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' "
          "are not allowed: IndexKey: points");
}

TEST_CASE("UpdateItem moves an item's rows in the indexes", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    const auto players = [&](const std::string& index) {
        return engine.done("Scan", R"({"TableName":"scores","Select":"COUNT","IndexName":")" + index + "\"}")
            .at("Count");
    };
    engine.done("UpdateItem", update("SET points = :v", one));
    CHECK(players("by_points") == 1);
    CHECK(players("by_game") == 1);
    CHECK(players("by_level") == 0);
    engine.done("UpdateItem", update("SET points = points + :v", one));
    CHECK(players("by_game") == 1);
    engine.done("UpdateItem", update("REMOVE points"));
    CHECK(players("by_points") == 0);
    CHECK(players("by_game") == 0);
}

TEST_CASE("UpdateItem refuses an item that grows too large", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    engine.put("scores",
               {R"({"player":{"S":"p"},"game":{"S":"g"},"t":{"S":")" + std::string(300'000, 'x') + R"("}})"});
    CHECK(engine.refusal("UpdateItem",
                         update("SET u = :v", R"({":v":{"S":")" + std::string(200'000, 'x') + R"("}})")) ==
          "ValidationException: Item size to update has exceeded the maximum allowed size");
}

// The statement counts 3 bytes, and each SET 19 bytes plus what it writes. The key's 12 bytes do not count.
// Source: the observations of AWS in paritysuite/dynamodb-conformance, itemSizeBySurface.test.ts, October
// 2026.
TEST_CASE("UpdateItem sizes its statement, too", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    const std::string too_large =
        "ValidationException: Item size to update has exceeded the maximum allowed size";
    const auto set = [](std::size_t bytes) { return R"({":v":{"S":")" + std::string(bytes, 'x') + R"("}})"; };
    constexpr std::size_t most = 409600 - 3 - (19 + 1);
    CHECK(engine.refusal("UpdateItem", update("SET b = :v", set(most))) == "accepted");
    CHECK(engine.refusal("UpdateItem", update("SET b = :v", set(most + 1))) == too_large);

    // The size is checked before the condition, and whatever the resulting item is.
    const std::string fails = R"j("ConditionExpression":"attribute_exists(zz)")j";
    CHECK(engine.refusal("UpdateItem", update("SET b = if_not_exists(b, :v)", set(409600), fails)) ==
          too_large);
    CHECK(engine.refusal("UpdateItem", update("SET b = if_not_exists(b, :v)", set(409600))) == too_large);
    CHECK(engine.refusal("UpdateItem", update("SET b = :v", set(1), fails)) ==
          "ConditionalCheckFailedException: The conditional request failed");
}

// Only new members of a set count, so the item must be read first.
TEST_CASE("UpdateItem sizes what it adds to a set", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    const std::string large(300'000, 'x');
    const std::string members =
        R"({":v":{"SS":[")" + large + R"(",")" + std::string(109'590, 'y') + R"("]}})";
    CHECK(engine.refusal("UpdateItem", update("ADD s :v", members)) ==
          "ValidationException: Item size to update has exceeded the maximum allowed size");
    engine.put("scores", {R"({"player":{"S":"p"},"game":{"S":"g"},"s":{"SS":[")" + large + R"("]}})"});
    const std::string again = R"({":v":{"SS":[")" + large + R"(",")" + std::string(109'580, 'y') + R"("]}})";
    CHECK(engine.refusal("UpdateItem", update("ADD s :v", again)) == "accepted");
}

// For AttributeUpdates and transactions only the resulting item is checked.
TEST_CASE("the statement is sized for an UpdateExpression of UpdateItem alone", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    const std::string key = R"("TableName":"scores","Key":{"player":{"S":"p"},"game":{"S":"g"}})";
    const std::string value = R"({"S":")" + std::string(409600 - 12 - 1, 'x') + R"("})";
    CHECK(engine.refusal("UpdateItem", "{" + key + R"(,"AttributeUpdates":{"b":{"Value":)" + value + "}}}") ==
          "accepted");
    const std::string update =
        R"("UpdateExpression":"SET b = :v","ExpressionAttributeValues":{":v":)" + value;
    CHECK(engine.refusal("TransactWriteItems",
                         R"({"TransactItems":[{"Update":{)" + key + "," + update + "}}}]}") == "accepted");
    CHECK(engine.refusal("UpdateItem", "{" + key + "," + update + "}}") ==
          "ValidationException: Item size to update has exceeded the maximum allowed size");
}

// Two values within the limit can combine to one beyond it, which could not be read again.
TEST_CASE("UpdateItem nests values no deeper than they may be", "[update_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    const auto nested = [](int levels) {
        std::string value = R"({"S":"x"})";
        for (int i = 0; i < levels; ++i) value = R"({"L":[)" + value + "]}";
        return R"({":v":)" + value + "}";
    };
    engine.put("scores", {R"({"player":{"S":"p"},"game":{"S":"g"},"m":{"M":{"n":{"M":{}}}}})"});
    CHECK(engine.refusal("UpdateItem", update("SET m.n.x = :v", nested(13))) == "accepted");
    const auto deepen = [&](int times) {
        for (int i = 0; i < times; ++i) {
            auto answer = engine.refusal("UpdateItem", update("SET m.n.y = m"));
            if (answer != "accepted") return answer;
        }
        return std::string("accepted");
    };
    CHECK(deepen(8) == "accepted");
    CHECK(deepen(1) ==
          "ValidationException: Nesting Levels have exceeded supported limits: Attributes in the item have "
          "nested levels beyond supported limit");
    CHECK(stored(engine).is_object());
}
