#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

std::string get(const std::string& key, const std::string& more = "", const std::string& table = "music") {
    return R"({"TableName":")" + table + R"(","Key":)" + key + (more.empty() ? "" : "," + more) + "}";
}

const std::string key = R"({"artist":{"S":"a"},"song":{"S":"s"}})";

}  // namespace

TEST_CASE("GetItem returns an empty object if there is no item", "[get_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.answer("GetItem", get(key)) == json("{}"));
    CHECK(engine.answer("GetItem", get(key, R"("ReturnConsumedCapacity":"TOTAL")")) ==
          json(R"({"ConsumedCapacity":{"TableName":"music","CapacityUnits":0.5}})"));
}

TEST_CASE("GetItem projects", "[get_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("music", {R"({"artist":{"S":"a"},"song":{"S":"s"},"tags":{"L":[{"S":"x"},{"S":"y"}]},
                             "at":{"M":{"year":{"N":"1"},"day":{"N":"2"}}}})"});
    CHECK(engine.answer("GetItem", get(key, R"("ProjectionExpression":"song, tags[1], #a.#y",
                                               "ExpressionAttributeNames":{"#a":"at","#y":"year"})")) ==
          json(R"({"Item":{"song":{"S":"s"},"tags":{"L":[{"S":"y"}]},"at":{"M":{"year":{"N":"1"}}}}})"));
    CHECK(engine.answer("GetItem", get(key, R"("ProjectionExpression":"nothing")")) ==
          json(R"({"Item":{}})"));
}

TEST_CASE("GetItem checks the key against the schema", "[get_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string mismatch = "ValidationException: The provided key element does not match the schema";
    for (const std::string wrong :
         {R"({})", R"({"artist":{"S":"a"}})", R"({"artist":{"S":"a"},"song":{"N":"1"}})",
          R"({"artist":{"S":"a"},"title":{"S":"s"}})",
          R"({"artist":{"S":"a"},"song":{"S":"s"},"year":{"N":"1"}})"}) {
        CAPTURE(wrong);
        CHECK(engine.refusal("GetItem", get(wrong)) == mismatch);
    }
    CHECK(engine.refusal("GetItem", get(R"({"artist":{"S":""},"song":{"S":"s"}})")) ==
          "ValidationException: One or more parameter values are not valid. The AttributeValue for a key "
          "attribute cannot contain an empty string value. Key: artist");
    CHECK(engine.refusal("GetItem", get(R"({"id":{"N":"x"}})", "", "counters")) ==
          "ValidationException: The parameter cannot be converted to a numeric value: x");
}

// Keys are scalars, so a path cannot go into them.
TEST_CASE("GetItem does not reach into key attributes", "[get_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    const auto refusal = [&](const std::string& path) {
        return engine.refusal("GetItem", get(R"({"player":{"S":"p"},"game":{"S":"g"}})",
                                             R"("ProjectionExpression":")" + path + "\"", "scores"));
    };
    const std::string scalars =
        "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are "
        "not allowed: ";
    CHECK(refusal("player.x") == scalars + "Key: player");
    CHECK(refusal("game[0], player.x") == scalars + "Key: player");
    CHECK(refusal("points.x") == scalars + "IndexKey: points");
    CHECK(refusal("note.x") == "accepted");
}

TEST_CASE("GetItem counts what it reads", "[get_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("counters", {R"({"id":{"N":"1"},"t":{"S":")" + std::string(5000, 'x') + R"("}})"});
    const auto units = [&](const std::string& more) {
        return engine.done("GetItem", get(R"({"id":{"N":"1"}})", more, "counters")).at("ConsumedCapacity");
    };
    CHECK(units(R"("ReturnConsumedCapacity":"TOTAL")") ==
          json(R"({"TableName":"counters","CapacityUnits":1.0})"));
    CHECK(units(R"("ReturnConsumedCapacity":"INDEXES","ConsistentRead":true)") ==
          json(R"({"TableName":"counters","CapacityUnits":2.0,"Table":{"CapacityUnits":2.0}})"));
}

TEST_CASE("GetItem reports a missing table in few words", "[get_item]") {
    TestEngine engine;
    CHECK(engine.refusal("GetItem", get(key)) == "ResourceNotFoundException: Requested resource not found");
}
