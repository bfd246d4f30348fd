#include <string>

#include "stream/handler/event_batch.hpp"
#include "tests/catch.hpp"

using tailrace::stream::EventBatch;

// Lambda adds the stream's ARN to each record.
TEST_CASE("a batch is Lambda's event", "[stream]") {
    const EventBatch batch{
        "messages", "arn:aws:dynamodb:x", {{1, R"({"eventID":"a"})"}, {2, R"({"eventID":"b"})"}}};
    CHECK(batch.event_json() == R"({"Records":[{"eventID":"a","eventSourceARN":"arn:aws:dynamodb:x"},)"
                                R"({"eventID":"b","eventSourceARN":"arn:aws:dynamodb:x"}]})");
}

// AWS's Python functions were observed to get 1795876375.0 where GetRecords has 1795876375. A client's text
// that looks like this member is unchanged.
TEST_CASE("in Lambda's event the time is a floating point number", "[stream]") {
    const std::string before =
        R"({"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1795876375)";
    const std::string after = R"(,"Keys":{"\"ApproximateCreationDateTime\":7,":{"N":"7"}}}})";
    const EventBatch batch{"messages", "arn:x", {{1, before + after}, {2, before + after}}};
    const std::string expected =
        before + ".0" + after.substr(0, after.size() - 1) + R"(,"eventSourceARN":"arn:x"})";
    CHECK(batch.event_json() == R"({"Records":[)" + expected + "," + expected + "]}");
    const std::string line = before + after.substr(0, after.size() - 1) + R"(,"eventSourceARN":"arn:x"})";
    CHECK(batch.records_json("\n") == line + "\n" + line);
    const EventBatch without{"messages", "arn:x", {{1, R"({"dynamodb":{"Keys":{}}})"}}};
    CHECK(without.event_json() == R"({"Records":[{"dynamodb":{"Keys":{}},"eventSourceARN":"arn:x"}]})");
}

// The members and their order follow Lambda's example event for tumbling windows.
TEST_CASE("a batch of a tumbling window carries the window", "[stream]") {
    EventBatch batch{
        .table_name = "messages", .stream_arn = "arn:aws:dynamodb:x", .records = {}, .shard_id = "shardId-1"};
    const tailrace::Timestamp start(std::chrono::seconds(1596128400));
    batch.window = {start, start + std::chrono::minutes(2), R"({"1":"a"})", true, false};
    CHECK(batch.event_json() == R"({"Records":[],"window":{"start":"2020-07-30T17:00:00Z",)"
                                R"("end":"2020-07-30T17:02:00Z"},"state":{"1":"a"},"shardId":"shardId-1",)"
                                R"("eventSourceARN":"arn:aws:dynamodb:x","isFinalInvokeForWindow":true,)"
                                R"("isWindowTerminatedEarly":false})");
}

TEST_CASE("an event is read back as its batch", "[stream]") {
    const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/messages/stream/2023";
    const EventBatch batch{"messages",
                           arn,
                           {{7, R"({"dynamodb":{"ApproximateCreationDateTime":1795876375,)"
                                R"("SequenceNumber":"100000000000000000007"}})"}}};
    const auto read = EventBatch::from_event_json(batch.event_json());
    REQUIRE(read);
    CHECK(read->table_name == "messages");
    CHECK(read->stream_arn == arn);
    REQUIRE(read->records.size() == 1);
    CHECK(read->records[0].sequence == 7);
    CHECK(read->records[0].json == batch.records[0].json);
    for (const char* other : {"", "1", "{}", R"({"Records":[]})", R"({"Records":[{"dynamodb":{}}]})",
                              R"({"Records":[{"dynamodb":{"SequenceNumber":"7"}}]})"})
        CHECK_FALSE(EventBatch::from_event_json(other));
}
