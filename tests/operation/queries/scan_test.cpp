#include <set>

#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

std::string scan(const std::string& more = "", const std::string& table = "counters") {
    return R"({"TableName":")" + table + "\"" + (more.empty() ? "" : "," + more) + "}";
}

void fill(TestEngine& engine, int count) {
    engine.create_plain_tables();
    for (int i = 0; i < count; ++i) {
        engine.put("counters", {R"({"id":{"N":")" + std::to_string(i) + R"("},"odd":{"BOOL":)" +
                                (i % 2 == 1 ? "true" : "false") + "}}"});
    }
}

/// Every id that a scan with these parameters returns, over all pages.
std::multiset<std::string> walk(TestEngine& engine, const std::string& parameters) {
    std::multiset<std::string> ids;
    std::string start;
    for (;;) {
        const auto page = engine.done("Scan", scan(parameters + start));
        for (const auto& item : page.at("Items").as_array()) {
            ids.emplace(item.at("id").at("N").as_string());
        }
        const auto* last = page.as_object().if_contains("LastEvaluatedKey");
        if (last == nullptr) return ids;
        start = R"(,"ExclusiveStartKey":)" + boost::json::serialize(*last);
    }
}

}  // namespace

TEST_CASE("Scan walks the whole table once, whatever the size of its pages", "[scan]") {
    TestEngine engine;
    fill(engine, 60);
    for (const std::string limit : {"1", "7", "60", "100"}) {
        const auto ids = walk(engine, R"("Limit":)" + limit);
        CHECK(ids.size() == 60);
        CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 60);
    }
}

TEST_CASE("Scan divides a table into segments that share nothing", "[scan]") {
    TestEngine engine;
    fill(engine, 60);
    std::multiset<std::string> ids;
    for (int segment = 0; segment < 4; ++segment) {
        const auto part = walk(engine, R"("Limit":3,"TotalSegments":4,"Segment":)" + std::to_string(segment));
        CHECK(part.size() < 60);
        ids.insert(part.begin(), part.end());
    }
    CHECK(ids.size() == 60);
    CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 60);
}

TEST_CASE("Scan filters after it has counted", "[scan]") {
    TestEngine engine;
    fill(engine, 10);
    CHECK(engine.answer("Scan", scan(R"("FilterExpression":"odd = :t","Select":"COUNT",
                                        "ExpressionAttributeValues":{":t":{"BOOL":true}})")) ==
          json(R"({"Count":5,"ScannedCount":10})"));
    CHECK(engine.answer("Scan", scan(R"("FilterExpression":"id = :i","ProjectionExpression":"odd",
                                        "ExpressionAttributeValues":{":i":{"N":"3"}},
                                        "ReturnConsumedCapacity":"TOTAL")")) ==
          json(R"({"Items":[{"odd":{"BOOL":true}}],"Count":1,"ScannedCount":10,
                   "ConsumedCapacity":{"TableName":"counters","CapacityUnits":0.5}})"));
}

// The sum of the rows read is rounded up, not each row. Rows that a filter drops count as read.
TEST_CASE("Scan is charged for what it reads, page by page", "[scan]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string text = std::string(4995, 'x');
    for (const std::string id : {"1", "2", "3", "4"}) {
        engine.put("counters", {R"({"id":{"N":")" + id + R"("},"t":{"S":")" + text + R"("}})"});
    }
    const auto units = [&](const std::string& more) {
        const auto answer = engine.done("Scan", scan(more + R"("ReturnConsumedCapacity":"TOTAL")"));
        return std::pair(answer.at("Count").as_int64(),
                         answer.at("ConsumedCapacity").at("CapacityUnits").as_double());
    };
    const std::string none = R"("FilterExpression":"t = id",)";
    CHECK(units("") == std::pair<std::int64_t, double>(4, 2.5));
    CHECK(units(none) == std::pair<std::int64_t, double>(0, 2.5));
    CHECK(units(none + R"("ConsistentRead":true,)") == std::pair<std::int64_t, double>(0, 5));
    CHECK(units(R"("Limit":2,)") == std::pair<std::int64_t, double>(2, 1.5));
    CHECK(units(none + R"("Limit":2,)") == std::pair<std::int64_t, double>(0, 1.5));
    CHECK(units(R"("Limit":2,"Select":"COUNT",)") == std::pair<std::int64_t, double>(2, 1.5));
}

TEST_CASE("Scan reads indexes", "[scan]") {
    TestEngine engine;
    engine.create_indexed_table();
    engine.put("scores", {R"({"player":{"S":"ann"},"game":{"S":"go"},"points":{"N":"4"},"note":{"S":"n"}})",
                          R"({"player":{"S":"bob"},"game":{"S":"go"}})"});
    CHECK(engine.answer("Scan", scan(R"("IndexName":"by_points","Limit":1)", "scores")) ==
          json(R"({"Items":[{"player":{"S":"ann"},"game":{"S":"go"},"points":{"N":"4"}}],
                   "Count":1,"ScannedCount":1,
                   "LastEvaluatedKey":{"player":{"S":"ann"},"game":{"S":"go"},"points":{"N":"4"}}})"));
    CHECK(engine.refusal("Scan", scan(R"("IndexName":"by_level","Select":"ALL_ATTRIBUTES")", "scores")) ==
          "ValidationException: One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not "
          "supported for global secondary index by_level because its projection type is not ALL");
    CHECK(engine.refusal("Scan", scan(R"("IndexName":"by_level","ConsistentRead":true)", "scores")) ==
          "ValidationException: Consistent reads are not supported on global secondary indexes");
}

TEST_CASE("Scan checks its segment", "[scan]") {
    TestEngine engine;
    fill(engine, 0);
    CHECK(engine.refusal("Scan", scan(R"("Segment":0)")) ==
          "ValidationException: The TotalSegments parameter is required but was not present in the request "
          "when "
          "Segment parameter is present");
    CHECK(engine.refusal("Scan", scan(R"("TotalSegments":4)")) ==
          "ValidationException: The Segment parameter is required but was not present in the request when "
          "parameter TotalSegments is present");
    CHECK(engine.refusal("Scan", scan(R"("Segment":4,"TotalSegments":4)")) ==
          "ValidationException: The Segment parameter is zero-based and must be less than parameter "
          "TotalSegments: Segment: 4 is not less than TotalSegments: 4");
}

TEST_CASE("Scan checks the key that it starts from", "[scan]") {
    TestEngine engine;
    fill(engine, 0);
    engine.create_indexed_table();
    const auto refusal = [&](const std::string& start, const std::string& more = "") {
        return engine.refusal("Scan", scan(R"("ExclusiveStartKey":)" + start + more));
    };
    const std::string invalid = "ValidationException: The provided starting key is invalid";
    CHECK(refusal("{}") == invalid + ": The provided key element does not match the schema");
    CHECK(refusal(R"({"id":{"S":"1"}})") == invalid + ": The provided key element does not match the schema");
    CHECK(refusal(R"({"id":{}})") ==
          invalid +
              ": Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    CHECK(refusal(R"({"id":{"N":"x"}})") ==
          "ValidationException: The parameter cannot be converted to a numeric value: x");
    const std::string parameters = "One or more parameter values were invalid: ";
    CHECK(refusal(R"({"id":{"NS":[]}})") ==
          "ValidationException: " + parameters + "An number set  may not be empty");
    CHECK(refusal(R"({"id":{"SS":[]}})") == invalid + ": " + parameters + "An string set  may not be empty");
    int refused = 0;
    for (const std::string segment : {"0", "1"}) {
        const std::string answer =
            refusal(R"({"id":{"N":"1"}})", R"(,"TotalSegments":2,"Segment":)" + segment);
        if (answer == "accepted") continue;
        ++refused;
        CHECK(answer == invalid +
                            ": Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct "
                            "Segment. TotalSegments: 2 Segment: " +
                            segment);
    }
    CHECK(refused == 1);
    const auto of_index = [&](const std::string& start) {
        return engine.refusal("Scan",
                              scan(R"("IndexName":"by_game","ExclusiveStartKey":)" + start, "scores"));
    };
    CHECK(of_index(R"({"player":{"S":"a"},"game":{"S":"g"}})") == invalid);
    CHECK(of_index(R"({"player":{"S":"a"},"game":{"S":"g"},"points":{"S":"1"}})") ==
          "ValidationException: The provided key element does not match the schema");
    CHECK(of_index(R"({"player":{"S":"a"},"game":{"N":"1"},"other":{"S":"1"}})") ==
          "ValidationException: The provided key element does not match the schema");
    CHECK(of_index(R"({"player":{"N":"1"},"game":{"S":"g"},"points":{"N":"1"}})") ==
          invalid + ": The provided key element does not match the schema");
}

// A page ends after 1 MB has been read, and says where the next one begins.
TEST_CASE("Scan reads a megabyte at a time", "[scan]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string text(100'000, 'x');
    for (int i = 0; i < 25; ++i) {
        engine.put("counters",
                   {R"({"id":{"N":")" + std::to_string(i) + R"("},"t":{"S":")" + text + R"("}})"});
    }
    const auto page = engine.done("Scan", scan());
    CHECK(page.at("Count") == 11);
    CHECK(page.as_object().contains("LastEvaluatedKey"));
    CHECK(walk(engine, R"("ConsistentRead":true)").size() == 25);
}
