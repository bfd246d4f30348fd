#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

std::string keys(int from, int to) {
    std::string list;
    for (int i = from; i < to; ++i) {
        list.append(list.empty() ? "" : ",").append(R"({"id":{"N":")" + std::to_string(i) + R"("}})");
    }
    return "[" + list + "]";
}

}  // namespace

TEST_CASE("BatchGetItem reads from several tables, each with its own projection", "[batch_get_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("music", {R"({"artist":{"S":"a"},"song":{"S":"s"},"year":{"N":"1"}})"});
    engine.put("counters", {R"({"id":{"N":"1"},"n":{"N":"5"}})", R"({"id":{"N":"2"},"n":{"N":"6"}})"});
    CHECK(engine.answer("BatchGetItem", R"({"ReturnConsumedCapacity":"TOTAL","RequestItems":{
              "music":{"Keys":[{"artist":{"S":"a"},"song":{"S":"s"}}],"ProjectionExpression":"#y",
                       "ExpressionAttributeNames":{"#y":"year"},"ConsistentRead":true},
              "counters":{"Keys":[{"id":{"N":"1"}},{"id":{"N":"2"}},{"id":{"N":"3"}}]}}})") ==
          json(R"({"Responses":{"music":[{"year":{"N":"1"}}],
                                "counters":[{"id":{"N":"1"},"n":{"N":"5"}},{"id":{"N":"2"},"n":{"N":"6"}}]},
                   "UnprocessedKeys":{},
                   "ConsumedCapacity":[{"TableName":"music","CapacityUnits":1.0},
                                       {"TableName":"counters","CapacityUnits":1.5}]})"));
}

TEST_CASE("BatchGetItem takes up to a hundred different keys", "[batch_get_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    const auto refusal = [&](const std::string& list) {
        return engine.refusal("BatchGetItem", R"({"RequestItems":{"counters":{"Keys":)" + list + "}}}");
    };
    CHECK(refusal(keys(0, 100)) == "accepted");
    CHECK(refusal(R"([{"id":{"N":"1"}},{"id":{"N":"1.0"}}])") ==
          "ValidationException: Provided list of item keys contains duplicates");
    CHECK(engine.refusal("BatchGetItem", R"({"RequestItems":{"counters":{"Keys":)" + keys(0, 60) +
                                             R"(},"music":{"Keys":)" + keys(0, 60) + "}}}") ==
          "ValidationException: Too many items requested for the BatchGetItem call");
}

TEST_CASE("BatchGetItem checks tables and keys before it reads", "[batch_get_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.refusal("BatchGetItem", R"({"RequestItems":{"nowhere":{"Keys":[{"id":{"N":"1"}}]}}})") ==
          "ResourceNotFoundException: Requested resource not found");
    CHECK(engine.refusal("BatchGetItem", R"({"RequestItems":{"counters":{"Keys":[{"id":{"S":"1"}}]}}})") ==
          "ValidationException: The provided key element does not match the schema");
    CHECK(
        engine.refusal("BatchGetItem", R"({"RequestItems":{"counters":{"Keys":[{"id":{"N":"1"}}],
              "ProjectionExpression":"id.x"}}})") ==
        "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are "
        "not allowed: Key: id");
}

// A response has at most 16 MB; the client must ask again for the keys that do not fit.
TEST_CASE("BatchGetItem returns the keys that no longer fit", "[batch_get_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string text(390'000, 'x');
    for (int i = 0; i < 44; ++i) {
        engine.put("counters",
                   {R"({"id":{"N":")" + std::to_string(i) + R"("},"t":{"S":")" + text + R"("}})"});
    }
    const auto answer = engine.done("BatchGetItem", R"({"RequestItems":{"counters":{"ConsistentRead":true,
        "Keys":)" + keys(0, 44) + "}}}");
    CHECK(answer.at("Responses").at("counters").as_array().size() == 43);
    CHECK(answer.at("UnprocessedKeys") ==
          json(R"({"counters":{"ConsistentRead":true,"Keys":[{"id":{"N":"43"}}]}})"));
}
