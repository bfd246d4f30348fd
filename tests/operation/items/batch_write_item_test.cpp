#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

std::string batch(const std::string& table, const std::string& requests, const std::string& more = "") {
    return R"({"RequestItems":{")" + table + R"(":[)" + requests + "]}" + (more.empty() ? "" : "," + more) +
           "}";
}

}  // namespace

TEST_CASE("BatchWriteItem puts and deletes in several tables", "[batch_write_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("counters", {R"({"id":{"N":"1"}})"});
    CHECK(engine.answer("BatchWriteItem", R"({"ReturnConsumedCapacity":"TOTAL","RequestItems":{
              "counters":[{"DeleteRequest":{"Key":{"id":{"N":"1"}}}},
                          {"PutRequest":{"Item":{"id":{"N":"2"}}}}],
              "music":[{"PutRequest":{"Item":{"artist":{"S":"a"},"song":{"S":"s"}}}}]}})") ==
          json(R"({"UnprocessedItems":{},
                   "ConsumedCapacity":[{"TableName":"counters","CapacityUnits":2.0},
                                       {"TableName":"music","CapacityUnits":1.0}]})"));
    CHECK(engine.item("counters", R"({"id":{"N":"1"}})").is_null());
    CHECK(engine.item("counters", R"({"id":{"N":"2"}})") == json(R"({"id":{"N":"2"}})"));
    CHECK(engine.item("music", R"({"artist":{"S":"a"},"song":{"S":"s"}})").is_object());
}

TEST_CASE("BatchWriteItem writes nothing when one of its requests is at fault", "[batch_write_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string good = R"({"PutRequest":{"Item":{"id":{"N":"1"}}}},)";
    const auto refusal = [&](const std::string& request) {
        return engine.refusal("BatchWriteItem", batch("counters", good + request));
    };
    const std::string mismatch = "ValidationException: The provided key element does not match the schema";
    CHECK(refusal(R"({"PutRequest":{"Item":{"name":{"S":"x"}}}})") == mismatch);
    CHECK(refusal(R"({"PutRequest":{"Item":{"id":{"S":"x"}}}})") == mismatch);
    CHECK(refusal(R"({"DeleteRequest":{"Key":{"id":{"S":"x"}}}})") == mismatch);
    CHECK(refusal(R"({"DeleteRequest":{"Key":{"id":{"N":"1"}}}})") ==
          "ValidationException: Provided list of item keys contains duplicates");
    CHECK(refusal(R"({"PutRequest":{"Item":{"id":{"N":"2"},"t":{"S":")" + std::string(410'000, 'x') +
                  R"("}}}})") == "ValidationException: Item size has exceeded the maximum allowed size");
    CHECK(
        refusal("{}") ==
        "ValidationException: Supplied AttributeValue has more than one datatypes set, must contain exactly "
        "one of the supported datatypes");
    CHECK(engine.refusal("BatchWriteItem", R"({"RequestItems":{
              "counters":[{"PutRequest":{"Item":{"id":{"N":"1"}}}}],
              "nowhere":[{"PutRequest":{"Item":{"id":{"N":"1"}}}}]}})") ==
          "ResourceNotFoundException: Requested resource not found");
    CHECK(engine.item("counters", R"({"id":{"N":"1"}})").is_null());
}

TEST_CASE("BatchWriteItem checks the keys of indexes", "[batch_write_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    CHECK(
        engine.refusal("BatchWriteItem", batch("scores", R"({"PutRequest":{"Item":{"player":{"S":"p"},
              "game":{"S":"g"},"points":{"S":"1"}}}})")) ==
        "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key points "
        "Expected: N Actual: S IndexName: by_game");
}

TEST_CASE("BatchWriteItem takes 25 requests over all tables", "[batch_write_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    const auto puts = [](int count) {
        std::string list;
        for (int i = 0; i < count; ++i) {
            list.append(list.empty() ? "" : ",")
                .append(R"({"PutRequest":{"Item":{"id":{"N":")" + std::to_string(i) + R"("}}}})");
        }
        return list;
    };
    CHECK(engine.refusal("BatchWriteItem", batch("counters", puts(25))) == "accepted");
    CHECK(engine.refusal("BatchWriteItem", R"({"RequestItems":{"counters":[)" + puts(13) + R"(],"music":[)" +
                                               puts(13) + "]}}") ==
          "ValidationException: Too many items requested for the BatchWriteItem call");
}

TEST_CASE("BatchWriteItem names each item collection once", "[batch_write_item]") {
    TestEngine engine;
    engine.create_indexed_table();
    const auto answer = engine.done(
        "BatchWriteItem", batch("scores", R"({"PutRequest":{"Item":{"player":{"S":"p"},"game":{"S":"a"}}}},
                           {"PutRequest":{"Item":{"player":{"S":"p"},"game":{"S":"b"}}}},
                           {"PutRequest":{"Item":{"player":{"S":"q"},"game":{"S":"b"}}}})",
                                R"("ReturnItemCollectionMetrics":"SIZE")"));
    CHECK(answer.at("ItemCollectionMetrics") == json(R"({"scores":[
        {"ItemCollectionKey":{"player":{"S":"p"}},"SizeEstimateRangeGB":[0.0,1.0]},
        {"ItemCollectionKey":{"player":{"S":"q"}},"SizeEstimateRangeGB":[0.0,1.0]}]})"));
}
