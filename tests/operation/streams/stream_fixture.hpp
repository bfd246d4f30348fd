#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table/changes/stream_lifecycle.hpp"
#include "tests/operation/engine_fixture.hpp"

namespace tailrace::operation {

/// An engine whose tables have streams, with the calls of a client of the Streams API.
class StreamEngine : public TestEngine {
  public:
    explicit StreamEngine(std::size_t shards = 1, std::unique_ptr<storage::Store> store = memory())
        : TestEngine(std::move(store), {"000000000000", "us-east-1", shards}) {}

    /// Creates a table with the key pk and a stream. Returns the stream's ARN.
    std::string create(const std::string& table, const std::string& view_type = "NEW_AND_OLD_IMAGES") {
        const auto made = done("CreateTable", R"({"TableName":")" + table + R"(",
            "BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":")" +
                                                  view_type + R"("}})");
        return std::string(made.at("TableDescription").at("LatestStreamArn").as_string());
    }

    void disable(const std::string& table) {
        done("UpdateTable",
             R"({"TableName":")" + table + R"(","StreamSpecification":{"StreamEnabled":false}})");
    }

    boost::json::value describe(const std::string& arn, const std::string& more = {}) {
        return done("DescribeStream", R"({"StreamArn":")" + arn + "\"" + more + "}").at("StreamDescription");
    }

    std::vector<std::string> shard_ids(const std::string& arn, const std::string& more = {}) {
        std::vector<std::string> ids;
        const auto description = describe(arn, more);
        for (const auto& shard : description.at("Shards").as_array()) {
            ids.emplace_back(shard.at("ShardId").as_string());
        }
        return ids;
    }

    static std::string iterator_request(const std::string& arn, const std::string& shard,
                                        const std::string& type, const std::string& sequence = {}) {
        return R"({"StreamArn":")" + arn + R"(","ShardId":")" + shard + R"(","ShardIteratorType":")" + type +
               (sequence.empty() ? "" : R"(","SequenceNumber":")" + sequence) + "\"}";
    }

    std::string iterator(const std::string& arn, const std::string& shard, const std::string& type,
                         const std::string& sequence = {}) {
        return std::string(done("GetShardIterator", iterator_request(arn, shard, type, sequence))
                               .at("ShardIterator")
                               .as_string());
    }

    static std::string records_request(const std::string& iterator, std::size_t limit = 1000) {
        return R"({"ShardIterator":")" + iterator + R"(","Limit":)" + std::to_string(limit) + "}";
    }

    boost::json::value records(const std::string& iterator, std::size_t limit = 1000) {
        return done("GetRecords", records_request(iterator, limit));
    }

    /// The first page of a shard, read from its beginning.
    boost::json::array from_beginning(const std::string& arn, const std::string& shard) {
        return records(iterator(arn, shard, "TRIM_HORIZON")).at("Records").as_array();
    }

    /// Splits the shard, or the widest one, and returns the result.
    table::ShardSplit split(const std::string& arn, const std::string& shard = {}) {
        return engine.database().write(
            [&](table::WriteSession& session) { return table::split_shard(session, arn, shard); });
    }

    static std::unique_ptr<storage::Store> memory() { return storage::open_store({}); }
};

/// {"pk":{"S":"<key>"},"n":{"N":"<number>"}}
inline std::string numbered(const std::string& key, int number) {
    return R"({"pk":{"S":")" + key + R"("},"n":{"N":")" + std::to_string(number) + R"("}})";
}

/// The numbers n of the records' new images, in order.
inline std::vector<int> new_numbers(const boost::json::array& records) {
    std::vector<int> numbers;
    for (const auto& record : records) {
        const auto& text = record.at("dynamodb").at("NewImage").at("n").at("N").as_string();
        numbers.push_back(std::stoi(std::string(text)));
    }
    return numbers;
}

}  // namespace tailrace::operation
