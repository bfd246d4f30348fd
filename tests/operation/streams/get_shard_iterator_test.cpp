#include "tests/operation/streams/stream_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

/// A stream with one shard and three records, numbered 1 to 3, with the sequence numbers 1 to 3.
struct ThreeRecords {
    StreamEngine engine;
    std::string arn = engine.create("notes");
    std::string shard = engine.shard_ids(arn).front();

    ThreeRecords() { engine.put("notes", {numbered("a", 1), numbered("b", 2), numbered("c", 3)}); }

    std::vector<int> read(const std::string& type, const std::string& sequence = {}) {
        const std::string iterator = engine.iterator(arn, shard, type, sequence);
        return new_numbers(engine.records(iterator).at("Records").as_array());
    }
    std::string refusal(const std::string& type, const std::string& sequence = {}) {
        return engine.refusal("GetShardIterator", StreamEngine::iterator_request(arn, shard, type, sequence));
    }
};

}  // namespace

TEST_CASE("GetShardIterator starts where the request says", "[get_shard_iterator]") {
    ThreeRecords stream;
    CHECK(stream.read("TRIM_HORIZON") == std::vector<int>{1, 2, 3});
    CHECK(stream.read("LATEST").empty());
    CHECK(stream.read("AT_SEQUENCE_NUMBER", "100000000000000000002") == std::vector<int>{2, 3});
    CHECK(stream.read("AFTER_SEQUENCE_NUMBER", "100000000000000000002") == std::vector<int>{3});
    CHECK(stream.read("AFTER_SEQUENCE_NUMBER", "100000000000000000003").empty());
    // This is the shard's StartingSequenceNumber.
    CHECK(stream.read("AT_SEQUENCE_NUMBER", "100000000000000000000") == std::vector<int>{1, 2, 3});
    CHECK(stream.read("AFTER_SEQUENCE_NUMBER", "100000000000000000000") == std::vector<int>{1, 2, 3});
}

// LATEST keeps its place: everything written after the iterator was created is read, however late.
TEST_CASE("LATEST is the moment of the request", "[get_shard_iterator]") {
    ThreeRecords stream;
    const std::string iterator = stream.engine.iterator(stream.arn, stream.shard, "LATEST");
    stream.engine.put("notes", {numbered("d", 4)});
    CHECK(new_numbers(stream.engine.records(iterator).at("Records").as_array()) == std::vector<int>{4});
}

// AWS's iterators begin with the stream's ARN, and some clients look for it there.
TEST_CASE("An iterator begins with the stream's ARN and is otherwise opaque", "[get_shard_iterator]") {
    ThreeRecords stream;
    const std::string iterator = stream.engine.iterator(stream.arn, stream.shard, "TRIM_HORIZON");
    CHECK(iterator.substr(0, stream.arn.size() + 3) == stream.arn + "|1|");
    CHECK(iterator.find("shardId") == std::string::npos);
}

TEST_CASE("GetShardIterator refuses wrong requests", "[get_shard_iterator]") {
    ThreeRecords stream;
    CHECK(stream.refusal("AT_SEQUENCE_NUMBER") ==
          "ValidationException: One or more parameter values were invalid: SequenceNumber is required for "
          "ShardIteratorType AT_SEQUENCE_NUMBER");
    CHECK(stream.refusal("LATEST", "100000000000000000002") ==
          "ValidationException: One or more parameter values were invalid: SequenceNumber is not allowed "
          "for ShardIteratorType LATEST");
    for (const char* sequence :
         {"100000000000000000004", "200000000000000000001", "1000000000000000000000001",
          "10000000000000000000x", "199999999999999999999"}) {
        INFO(sequence);
        CHECK(stream.refusal("AFTER_SEQUENCE_NUMBER", sequence) ==
              "ValidationException: Invalid SequenceNumber");
    }
    CHECK(stream.refusal("SOMEWHERE") ==
          "ValidationException: 1 validation error detected: Value 'SOMEWHERE' at 'shardIteratorType' failed "
          "to satisfy constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, "
          "AT_SEQUENCE_NUMBER, TRIM_HORIZON]");
    stream.shard = "shardId-00000000000000000000-00000000";
    CHECK(stream.refusal("LATEST") ==
          "ResourceNotFoundException: Requested resource not found: Shard does not exist");
    stream.arn += "1";
    CHECK(stream.refusal("LATEST") ==
          "ResourceNotFoundException: Requested resource not found: Stream: " + stream.arn + " not found");
    stream.arn = "stream";
    CHECK(stream.refusal("LATEST") == "ValidationException: Invalid StreamArn");
}

// A parent and its children have no records in common.
TEST_CASE("A sequence number must lie in the shard", "[get_shard_iterator]") {
    ThreeRecords stream;
    const table::ShardSplit split = stream.engine.split(stream.arn);
    stream.engine.put("notes", {numbered("a", 5), numbered("b", 6)});
    CHECK(stream.refusal("AT_SEQUENCE_NUMBER", "100000000000000000005") ==
          "ValidationException: Invalid SequenceNumber");
    stream.shard = split.children[0].id;
    CHECK(stream.refusal("AT_SEQUENCE_NUMBER", "100000000000000000003") ==
          "ValidationException: Invalid SequenceNumber");
    CHECK(stream.refusal("AT_SEQUENCE_NUMBER", "100000000000000000004") == "accepted");
}

// An iterator cannot point to a record older than a day.
TEST_CASE("GetShardIterator refuses sequence numbers that have been trimmed", "[get_shard_iterator]") {
    StreamEngine engine;
    const std::string arn = engine.create("notes");
    const std::string shard = engine.shard_ids(arn).front();
    engine.put("notes", {numbered("a", 1), numbered("b", 2)});
    engine.clock.advance(std::chrono::hours(12));
    engine.put("notes", {numbered("c", 3)});
    engine.clock.advance(std::chrono::hours(13));
    CHECK(new_numbers(engine.from_beginning(arn, shard)) == std::vector<int>{3});
    const auto refusal = [&](const std::string& type, const std::string& sequence) {
        return engine.refusal("GetShardIterator", StreamEngine::iterator_request(arn, shard, type, sequence));
    };
    const std::string trimmed =
        "TrimmedDataAccessException: The data you are trying to access has been trimmed.";
    CHECK(refusal("AT_SEQUENCE_NUMBER", "100000000000000000002") == trimmed);
    CHECK(refusal("AFTER_SEQUENCE_NUMBER", "100000000000000000001") == trimmed);
    CHECK(refusal("AFTER_SEQUENCE_NUMBER", "100000000000000000002") == "accepted");
    CHECK(refusal("AT_SEQUENCE_NUMBER", "100000000000000000003") == "accepted");
}
