#include <map>
#include <set>

#include "engine/table/items/time_to_live.hpp"
#include "tests/operation/streams/stream_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

/// The names of the image members that a record has: "Keys NewImage OldImage".
std::string shown(const boost::json::value& record) {
    std::string names;
    for (const char* name : {"Keys", "NewImage", "OldImage"}) {
        if (record.at("dynamodb").as_object().contains(name)) names.append(" ").append(name);
    }
    return names;
}

boost::json::array all_records(StreamEngine& engine, const std::string& arn) {
    return engine.from_beginning(arn, engine.shard_ids(arn).front());
}

}  // namespace

TEST_CASE("GetRecords answers with whole records", "[get_records]") {
    StreamEngine engine;
    const std::string arn = engine.create("notes");
    engine.put("notes", {numbered("a", 1), numbered("a", 2)});
    engine.clock.advance(std::chrono::milliseconds(1500));
    engine.done("DeleteItem", R"({"TableName":"notes","Key":{"pk":{"S":"a"}}})");
    auto records = all_records(engine, arn);
    REQUIRE(records.size() == 3);
    std::vector<std::string> ids;
    for (auto& record : records) {
        ids.emplace_back(record.at("eventID").as_string());
        CHECK(ids.back().size() == 32);
        CHECK(ids.back().find_first_not_of("0123456789abcdef") == std::string::npos);
        record.as_object().erase("eventID");
    }
    CHECK(ids[0] != ids[1]);
    CHECK(ids[1] != ids[2]);
    CHECK(boost::json::value(records) == json(R"([
        {"eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1",
         "dynamodb":{"ApproximateCreationDateTime":1769860800,"Keys":{"pk":{"S":"a"}},
           "NewImage":{"pk":{"S":"a"},"n":{"N":"1"}},"SequenceNumber":"100000000000000000001",
           "SizeBytes":9,"StreamViewType":"NEW_AND_OLD_IMAGES"}},
        {"eventName":"MODIFY","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1",
         "dynamodb":{"ApproximateCreationDateTime":1769860800,"Keys":{"pk":{"S":"a"}},
           "NewImage":{"pk":{"S":"a"},"n":{"N":"2"}},"OldImage":{"pk":{"S":"a"},"n":{"N":"1"}},
           "SequenceNumber":"100000000000000000002",
           "SizeBytes":15,"StreamViewType":"NEW_AND_OLD_IMAGES"}},
        {"eventName":"REMOVE","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1",
         "dynamodb":{"ApproximateCreationDateTime":1769860801,"Keys":{"pk":{"S":"a"}},
           "OldImage":{"pk":{"S":"a"},"n":{"N":"2"}},"SequenceNumber":"100000000000000000003",
           "SizeBytes":9,"StreamViewType":"NEW_AND_OLD_IMAGES"}}])"));
}

// Each view type shows images of its own, if they exist.
TEST_CASE("GetRecords shows the images of the view type", "[get_records]") {
    struct Expected {
        const char* view_type;
        const char* inserted;
        const char* modified;
        const char* removed;
    };
    const Expected views[] = {
        {.view_type = "KEYS_ONLY", .inserted = " Keys", .modified = " Keys", .removed = " Keys"},
        {.view_type = "NEW_IMAGE",
         .inserted = " Keys NewImage",
         .modified = " Keys NewImage",
         .removed = " Keys"},
        {.view_type = "OLD_IMAGE",
         .inserted = " Keys",
         .modified = " Keys OldImage",
         .removed = " Keys OldImage"},
        {.view_type = "NEW_AND_OLD_IMAGES",
         .inserted = " Keys NewImage",
         .modified = " Keys NewImage OldImage",
         .removed = " Keys OldImage"},
    };
    for (const Expected& expected : views) {
        INFO(expected.view_type);
        StreamEngine engine;
        const std::string arn = engine.create("notes", expected.view_type);
        engine.put("notes", {numbered("a", 1), numbered("a", 2)});
        engine.done("DeleteItem", R"({"TableName":"notes","Key":{"pk":{"S":"a"}}})");
        const auto records = all_records(engine, arn);
        REQUIRE(records.size() == 3);
        CHECK(shown(records[0]) == expected.inserted);
        CHECK(shown(records[1]) == expected.modified);
        CHECK(shown(records[2]) == expected.removed);
        CHECK(records[0].at("dynamodb").at("StreamViewType") == expected.view_type);
    }
}

// A put of the same item, an update without effect and a delete of a missing item change nothing.
TEST_CASE("Writes that change nothing have no record", "[get_records]") {
    StreamEngine engine;
    const std::string arn = engine.create("notes");
    engine.put("notes", {R"({"pk":{"S":"a"},"n":{"N":"1"},"s":{"SS":["x","y"]}})"});
    engine.put("notes", {R"({"s":{"SS":["y","x"]},"n":{"N":"1.0"},"pk":{"S":"a"}})"});
    engine.done("UpdateItem", R"({"TableName":"notes","Key":{"pk":{"S":"a"}},
        "UpdateExpression":"SET n = :n REMOVE gone","ExpressionAttributeValues":{":n":{"N":"1"}}})");
    engine.done("DeleteItem", R"({"TableName":"notes","Key":{"pk":{"S":"b"}}})");
    CHECK(all_records(engine, arn).size() == 1);
}

// The service is the author of a removal by time to live. The Streams API capitalises the members' names.
TEST_CASE("GetRecords names the service if an item expired", "[get_records]") {
    StreamEngine engine;
    const std::string arn = engine.create("notes", "KEYS_ONLY");
    engine.done("UpdateTimeToLive", R"({"TableName":"notes",
        "TimeToLiveSpecification":{"AttributeName":"n","Enabled":true}})");
    engine.put("notes", {numbered("a", 1769860799)});
    table::TimeToLiveSweep().sweep(engine.engine.database(), engine.clock.now());
    const auto records = all_records(engine, arn);
    REQUIRE(records.size() == 2);
    CHECK_FALSE(records[0].as_object().contains("userIdentity"));
    CHECK(records[1].at("eventName") == "REMOVE");
    CHECK(records[1].at("userIdentity") ==
          json(R"({"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"})"));
}

TEST_CASE("GetRecords pages through a shard and continues while it is open", "[get_records]") {
    StreamEngine engine;
    const std::string arn = engine.create("notes");
    const std::string shard = engine.shard_ids(arn).front();
    engine.put("notes", {numbered("a", 1), numbered("b", 2), numbered("c", 3)});
    auto page = engine.records(engine.iterator(arn, shard, "TRIM_HORIZON"), 2);
    CHECK(new_numbers(page.at("Records").as_array()) == std::vector<int>{1, 2});
    page = engine.records(std::string(page.at("NextShardIterator").as_string()), 2);
    CHECK(new_numbers(page.at("Records").as_array()) == std::vector<int>{3});
    page = engine.records(std::string(page.at("NextShardIterator").as_string()), 2);
    CHECK(page.at("Records") == json("[]"));
    engine.put("notes", {numbered("d", 4)});
    page = engine.records(std::string(page.at("NextShardIterator").as_string()));
    CHECK(new_numbers(page.at("Records").as_array()) == std::vector<int>{4});
}

// A closed shard ends with the page that has no further iterator. That page may have the last records or
// none.
TEST_CASE("A closed shard ends", "[get_records]") {
    StreamEngine engine;
    const std::string arn = engine.create("notes");
    const std::string shard = engine.shard_ids(arn).front();
    const std::string latest = engine.iterator(arn, shard, "LATEST");
    engine.put("notes", {numbered("a", 1), numbered("b", 2)});
    engine.disable("notes");
    auto page = engine.records(engine.iterator(arn, shard, "TRIM_HORIZON"), 1);
    CHECK(new_numbers(page.at("Records").as_array()) == std::vector<int>{1});
    page = engine.records(std::string(page.at("NextShardIterator").as_string()));
    CHECK(new_numbers(page.at("Records").as_array()) == std::vector<int>{2});
    CHECK_FALSE(page.as_object().contains("NextShardIterator"));
    CHECK(engine.records(engine.iterator(arn, shard, "LATEST")) == json(R"({"Records":[]})"));
    CHECK(engine.records(latest).at("Records").as_array().size() == 2);
}

// A page has at most one megabyte, and at least one record.
TEST_CASE("GetRecords answers with a megabyte at the most", "[get_records]") {
    StreamEngine engine;
    const std::string arn = engine.create("notes", "NEW_IMAGE");
    const std::string big(300'000, 'x');
    for (const char* key : {"a", "b", "c", "d"}) {
        engine.put("notes", {R"({"pk":{"S":")" + std::string(key) + R"("},"text":{"S":")" + big + "\"}}"});
    }
    const std::string shard = engine.shard_ids(arn).front();
    const auto page = engine.records(engine.iterator(arn, shard, "TRIM_HORIZON"));
    CHECK(page.at("Records").as_array().size() == 3);
    const auto rest = engine.records(std::string(page.at("NextShardIterator").as_string()));
    CHECK(rest.at("Records").as_array().size() == 1);
}

// All changes of an item are in one shard, and all shards together have all changes.
TEST_CASE("Shards share the partitions of a table", "[get_records]") {
    StreamEngine engine(4);
    const std::string arn = engine.create("notes");
    for (int i = 0; i < 200; ++i) engine.put("notes", {numbered("key " + std::to_string(i % 50), i)});
    std::map<std::string, std::string> shard_of;
    std::size_t count = 0;
    for (const std::string& shard : engine.shard_ids(arn)) {
        const auto records = engine.from_beginning(arn, shard);
        CHECK_FALSE(records.empty());
        count += records.size();
        for (const auto& record : records) {
            const std::string key(record.at("dynamodb").at("Keys").at("pk").at("S").as_string());
            CHECK(shard_of.emplace(key, shard).first->second == shard);
        }
    }
    CHECK(count == 200);
    CHECK(shard_of.size() == 50);
}

TEST_CASE("An iterator lives for fifteen minutes", "[get_records]") {
    StreamEngine engine;
    const std::string arn = engine.create("notes");
    const std::string first = engine.iterator(arn, engine.shard_ids(arn).front(), "TRIM_HORIZON");
    engine.clock.advance(std::chrono::minutes(15));
    const std::string next(engine.records(first).at("NextShardIterator").as_string());
    engine.clock.advance(std::chrono::seconds(1));
    CHECK(engine.answer("GetRecords", StreamEngine::records_request(first)) ==
          json(R"({"__type":"com.amazonaws.dynamodb.v20120810#ExpiredIteratorException",
                   "message":"The provided iterator exceeds the maximum age allowed."})"));
    CHECK(engine.records(next).at("Records") == json("[]"));
}

// An iterator from before a record was trimmed must not skip it silently.
TEST_CASE("GetRecords reports that records have been trimmed", "[get_records]") {
    StreamEngine engine(2);
    const std::string arn = engine.create("notes");
    engine.put("notes", {numbered("a", 1)});
    engine.clock.advance(std::chrono::hours(23) + std::chrono::minutes(50));
    std::vector<std::string> iterators;
    for (const std::string& shard : engine.shard_ids(arn)) {
        iterators.push_back(engine.iterator(arn, shard, "TRIM_HORIZON"));
    }
    engine.clock.advance(std::chrono::minutes(11));
    std::multiset<std::string> answers;
    for (const std::string& iterator : iterators) {
        answers.insert(engine.refusal("GetRecords", StreamEngine::records_request(iterator)));
    }
    CHECK(answers ==
          std::multiset<std::string>{
              "TrimmedDataAccessException: The data you are trying to access has been trimmed.", "accepted"});
}

TEST_CASE("GetRecords refuses invalid iterators, and limits out of range", "[get_records]") {
    StreamEngine engine;
    const std::string arn = engine.create("notes");
    const std::string iterator = engine.iterator(arn, engine.shard_ids(arn).front(), "LATEST");
    std::string forged = iterator;
    forged.replace(forged.find("notes"), 5, "other");
    for (const std::string& text : {std::string("x"), arn + "|1|", arn + "|1|AAAA", iterator + "A", forged}) {
        INFO(text);
        CHECK(engine.refusal("GetRecords", StreamEngine::records_request(text)) ==
              "ValidationException: Invalid ShardIterator");
    }
    CHECK(engine.refusal("GetRecords", StreamEngine::records_request(iterator, 1001)) ==
          "ValidationException: 1 validation error detected: Value '1001' at 'limit' failed to satisfy "
          "constraint: Member must have value less than or equal to 1000");
    CHECK(engine.refusal("GetRecords", StreamEngine::records_request(iterator, 0)) ==
          "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy "
          "constraint: Member must have value greater than or equal to 1");
    engine.done("DeleteTable", R"({"TableName":"notes"})");
    CHECK(engine.records(iterator) == json(R"({"Records":[]})"));
}
