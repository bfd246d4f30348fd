#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/operation/engine_fixture.hpp"
#include "tests/storage/postgres_url.hpp"

// Two engines on one schema, each with several threads, as two servers are. Hidden, like the tests in
// round_trips_test.cpp.

using namespace tailrace;
using tailrace::operation::TestEngine;

namespace {

constexpr int threads_of_each = 4;
constexpr int rounds = 25;

/// Two engines with one table `events`, which has a stream of four shards.
struct TwoEngines {
    TwoEngines() {
        for (auto& each : engines) {
            each = std::make_unique<TestEngine>(storage::open_store({.location = url}),
                                                EngineOptions{.shards = 4});
        }
        const auto made = engines[0]->done("CreateTable", R"({"TableName":"events",
            "BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
        stream = made.at("TableDescription").at("LatestStreamArn").as_string();
    }

    /// Calls `work(engine, number)` on all threads of both engines.
    template <typename Work>
    void on_all_threads(Work work) {
        std::vector<std::thread> threads;
        threads.reserve(2 * threads_of_each);
        for (int i = 0; i < 2 * threads_of_each; ++i) {
            threads.emplace_back([&, i] { work(*engines[static_cast<std::size_t>(i % 2)], i); });
        }
        for (std::thread& each : threads) each.join();
    }

    /// The sequence numbers in each shard, in the order in which GetRecords returns them.
    std::vector<std::vector<std::string>> numbers() {
        TestEngine& engine = *engines[1];
        const std::string of_stream = R"({"StreamArn":")" + stream + "\"";
        const auto described = engine.done("DescribeStream", of_stream + "}");
        std::vector<std::vector<std::string>> all;
        for (const auto& shard : described.at("StreamDescription").at("Shards").as_array()) {
            const std::string id(shard.at("ShardId").as_string());
            auto iterator = engine
                                .done("GetShardIterator", of_stream + R"(,"ShardId":")" + id +
                                                              R"(","ShardIteratorType":"TRIM_HORIZON"})")
                                .at("ShardIterator");
            auto& of_shard = all.emplace_back();
            while (true) {
                const auto page = engine.done(
                    "GetRecords", R"({"ShardIterator":")" + std::string(iterator.as_string()) + "\"}");
                for (const auto& each : page.at("Records").as_array()) {
                    of_shard.emplace_back(each.at("dynamodb").at("SequenceNumber").as_string());
                }
                if (page.at("Records").as_array().empty()) break;
                iterator = page.at("NextShardIterator");
            }
        }
        return all;
    }

    const std::string url = tests::fresh_postgres_url();
    std::array<std::unique_ptr<TestEngine>, 2> engines;
    std::string stream;
};

std::string update(std::int64_t id) {
    return R"("TableName":"events","Key":{"id":{"N":")" + std::to_string(id) +
           R"("}},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}})";
}

}  // namespace

TEST_CASE("two engines lose no addition, and number each change once and in order", "[.postgresql]") {
    TwoEngines two;
    std::atomic<int> failures = 0;
    two.on_all_threads([&](TestEngine& engine, int number) {
        for (int round = 0; round < rounds; ++round) {
            const std::string own = std::to_string(100 + number * rounds + round);
            const bool opposite = number / 2 % 2 == 1;
            const std::string transaction = R"({"TransactItems":[{"Update":{)" + update(opposite ? 2 : 1) +
                                            R"(}},{"Update":{)" + update(opposite ? 1 : 2) + "}}]}";
            const std::string put = R"({"TableName":"events","Item":{"id":{"N":")" + own + R"("}}})";
            for (const auto& [operation, request] :
                 {std::pair<std::string, std::string>{"UpdateItem", "{" + update(0) + "}"},
                  {"TransactWriteItems", transaction},
                  {"PutItem", put}}) {
                const auto answer = engine.answer(operation, request);
                if (answer.as_object().contains("__type")) ++failures;
            }
        }
    });
    CHECK(failures == 0);
    constexpr int writers = 2 * threads_of_each;
    for (const int id : {0, 1, 2}) {
        const auto item = two.engines[0]->item("events", R"({"id":{"N":")" + std::to_string(id) + R"("}})");
        CHECK(std::string(item.at("n").at("N").as_string()) == std::to_string(writers * rounds));
    }
    const auto numbers = two.numbers();
    CHECK(numbers.size() == 4);
    std::set<std::string> different;
    for (const auto& of_shard : numbers) {
        CHECK(std::ranges::is_sorted(of_shard));
        different.insert(of_shard.begin(), of_shard.end());
    }
    CHECK(different.size() == std::size_t{writers} * rounds * 4);
    const auto described = two.engines[1]->done("DescribeTable", R"({"TableName":"events"})");
    CHECK(described.at("Table").at("ItemCount") == writers * rounds + 3);
}

TEST_CASE("definitions change while two engines write, and each request sees the newest", "[.postgresql]") {
    TwoEngines two;
    std::atomic<int> failures = 0;
    std::atomic<int> left = 2 * threads_of_each;
    std::thread changing([&] {
        for (int turn = 0; left > 0; ++turn) {
            const std::string name = "other" + std::to_string(turn);
            two.engines[0]->done("CreateTable", R"({"TableName":")" + name + R"(",
                "BillingMode":"PAY_PER_REQUEST",
                "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],
                "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
            const std::string put = R"({"TableName":")" + name + R"(","Item":{"id":{"N":"1"}}})";
            if (two.engines[1]->answer("PutItem", put).as_object().contains("__type")) ++failures;
            two.engines[1]->done("DeleteTable", R"({"TableName":")" + name + "\"}");
            if (!two.engines[0]->answer("PutItem", put).as_object().contains("__type")) ++failures;
        }
    });
    two.on_all_threads([&](TestEngine& engine, int number) {
        for (int round = 0; round < rounds; ++round) {
            const auto answer = engine.answer("UpdateItem", "{" + update(number % 3) + "}");
            if (answer.as_object().contains("__type")) ++failures;
        }
        --left;
    });
    changing.join();
    CHECK(failures == 0);
    std::size_t changes = 0;
    for (const auto& of_shard : two.numbers()) changes += of_shard.size();
    CHECK(changes == std::size_t{2 * threads_of_each} * rounds);
}
