#include "tests/operation/streams/stream_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

std::vector<std::string> tables(const boost::json::value& response) {
    std::vector<std::string> names;
    for (const auto& stream : response.at("Streams").as_array()) {
        names.emplace_back(stream.at("TableName").as_string());
    }
    return names;
}

}  // namespace

TEST_CASE("ListStreams shows each stream with its table and its label", "[list_streams]") {
    StreamEngine engine;
    CHECK(engine.answer("ListStreams", "{}") == json(R"({"Streams":[]})"));
    engine.create_plain_tables();
    engine.create("notes");
    CHECK(engine.answer("ListStreams", "{}") == json(R"({"Streams":[{
        "StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/notes/stream/2026-01-31T12:00:00.000",
        "TableName":"notes","StreamLabel":"2026-01-31T12:00:00.000"}]})"));
}

// LastEvaluatedStreamArn is the start of the next page. The last page does not have it, even if the page is
// full.
TEST_CASE("ListStreams pages through the streams, of all tables or of one", "[list_streams]") {
    StreamEngine engine;
    for (const char* table : {"beta", "alpha", "delta"}) engine.create(table);
    engine.disable("beta");
    engine.clock.advance(std::chrono::seconds(1));
    engine.done("UpdateTable", R"({"TableName":"beta","StreamSpecification":{"StreamEnabled":true,
                                   "StreamViewType":"KEYS_ONLY"}})");
    const auto first = engine.done("ListStreams", R"({"Limit":3})");
    CHECK(tables(first) == std::vector<std::string>{"alpha", "beta", "beta"});
    const std::string last(first.at("LastEvaluatedStreamArn").as_string());
    CHECK(last == "arn:aws:dynamodb:us-east-1:000000000000:table/beta/stream/2026-01-31T12:00:01.000");
    const auto second =
        engine.done("ListStreams", R"({"Limit":1,"ExclusiveStartStreamArn":")" + last + "\"}");
    CHECK(tables(second) == std::vector<std::string>{"delta"});
    CHECK_FALSE(second.as_object().contains("LastEvaluatedStreamArn"));

    CHECK(tables(engine.done("ListStreams", R"({"TableName":"beta"})")).size() == 2);
    CHECK(engine.done("ListStreams", R"({"TableName":"beta","Limit":2})").as_object().size() == 1);
    CHECK(engine.answer("ListStreams", R"({"TableName":"nowhere"})") == json(R"({"Streams":[]})"));
}

// A stream's records can be read for a day after its table is deleted; then the stream is gone.
TEST_CASE("A deleted table's stream is listed for a day", "[list_streams]") {
    StreamEngine engine;
    const std::string arn = engine.create("notes");
    engine.put("notes", {numbered("a", 1)});
    engine.done("DeleteTable", R"({"TableName":"notes"})");
    engine.clock.advance(std::chrono::hours(24));
    CHECK(tables(engine.done("ListStreams", "{}")) == std::vector<std::string>{"notes"});
    CHECK(engine.describe(arn).at("StreamStatus") == "DISABLED");
    engine.clock.advance(std::chrono::microseconds(1));
    CHECK(engine.answer("ListStreams", "{}") == json(R"({"Streams":[]})"));
    CHECK(engine.refusal("DescribeStream", R"({"StreamArn":")" + arn + "\"}") ==
          "ResourceNotFoundException: Requested resource not found: Stream: " + arn + " not found");
}

TEST_CASE("ListStreams refuses what names no stream and limits out of range", "[list_streams]") {
    StreamEngine engine;
    CHECK(engine.refusal("ListStreams", R"({"ExclusiveStartStreamArn":"table/notes"})") ==
          "ValidationException: Invalid StreamArn");
    CHECK(engine.refusal("ListStreams", R"({"Limit":0})") ==
          "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy "
          "constraint: Member must have value greater than or equal to 1");
    CHECK(engine.refusal("ListStreams", R"({"Limit":101})") ==
          "ValidationException: 1 validation error detected: Value '101' at 'limit' failed to satisfy "
          "constraint: Member must have value less than or equal to 100");
}
