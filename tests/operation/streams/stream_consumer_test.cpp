#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/operation/streams/stream_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

constexpr int keys = 20;
constexpr int writers = 3;
constexpr int writes_per_writer = 400;

/// Reads a stream as the Kinesis Client Library does: a shard only after its parent has been read to the end.
class Consumer {
  public:
    Consumer(StreamEngine& engine, std::string arn, unsigned seed)
        : engine_(engine), arn_(std::move(arn)), random_(seed) {}

    /// Reads one page of every shard that may be read. Returns true if every shard is finished.
    bool step() {
        discover();
        for (const auto& [shard, parent] : parents_) {
            if (finished_.contains(shard) || (!parent.empty() && !finished_.contains(parent))) continue;
            read_page(shard);
        }
        return finished_.size() == parents_.size();
    }

    std::map<std::string, std::vector<int>> numbers_by_key;
    std::set<std::string> sequences;
    int records = 0;

  private:
    int any(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }

    /// Pages through the shards, with random page sizes.
    void discover() {
        std::string start;
        for (;;) {
            const std::string limit = R"(,"Limit":)" + std::to_string(any(1, 4));
            const auto page = engine_.describe(
                arn_, start.empty() ? limit : limit + R"(,"ExclusiveStartShardId":")" + start + "\"");
            for (const auto& shard : page.at("Shards").as_array()) {
                const auto* parent = shard.as_object().if_contains("ParentShardId");
                parents_[std::string(shard.at("ShardId").as_string())] =
                    parent == nullptr ? "" : std::string(parent->as_string());
            }
            const auto* last = page.as_object().if_contains("LastEvaluatedShardId");
            if (last == nullptr) return;
            start = last->as_string();
        }
    }

    /// Continues with the iterator or, as after a restart, after the last sequence number seen.
    void read_page(const std::string& shard) {
        if (!iterators_.contains(shard)) iterators_[shard] = engine_.iterator(arn_, shard, "TRIM_HORIZON");
        if (any(1, 5) == 1 && last_sequences_.contains(shard)) {
            iterators_[shard] =
                engine_.iterator(arn_, shard, "AFTER_SEQUENCE_NUMBER", last_sequences_.at(shard));
        }
        const auto page = engine_.records(iterators_.at(shard), static_cast<std::size_t>(any(1, 30)));
        for (const auto& record : page.at("Records").as_array()) take(shard, record);
        const auto* next = page.as_object().if_contains("NextShardIterator");
        if (next == nullptr) {
            finished_.insert(shard);
        } else {
            iterators_[shard] = std::string(next->as_string());
        }
    }

    void take(const std::string& shard, const boost::json::value& record) {
        const auto& change = record.at("dynamodb");
        const std::string sequence(change.at("SequenceNumber").as_string());
        numbers_by_key[std::string(change.at("Keys").at("pk").at("S").as_string())].push_back(
            std::stoi(std::string(change.at("NewImage").at("n").at("N").as_string())));
        sequences.insert(sequence);
        last_sequences_[shard] = sequence;
        ++records;
    }

    StreamEngine& engine_;
    std::string arn_;
    std::mt19937 random_;
    std::map<std::string, std::string> parents_;
    std::map<std::string, std::string> iterators_;
    std::map<std::string, std::string> last_sequences_;
    std::set<std::string> finished_;
};

/// Increments n of random items; each of these writes is a change.
void count_up(StreamEngine& engine, unsigned seed) {
    std::mt19937 random(seed);
    for (int i = 0; i < writes_per_writer; ++i) {
        const auto key = std::to_string(std::uniform_int_distribution(1, keys)(random));
        engine.engine.execute("UpdateItem", json(R"({"TableName":"notes","Key":{"pk":{"S":")" + key +
                                                 R"("}},"UpdateExpression":"ADD n :one",
            "ExpressionAttributeValues":{":one":{"N":"1"}}})")
                                                .as_object());
    }
}

}  // namespace

// Writers write, shards are split, and a reader pages and resumes, all at the same time. Each change is read
// once, and the changes of an item are in order.
TEST_CASE("A consumer reads everything once and in order, across splits", "[streams]") {
    const unsigned seed = GENERATE(1U, 2U, 3U);
    StreamEngine engine(1 + seed);
    const std::string arn = engine.create("notes", "NEW_IMAGE");
    std::vector<std::jthread> threads;
    std::atomic<int> writing = writers;
    for (unsigned writer = 0; writer < writers; ++writer) {
        threads.emplace_back([&engine, &writing, number = seed * 100 + writer] {
            count_up(engine, number);
            --writing;
        });
    }
    Consumer consumer(engine, arn, seed);
    int splits = 0;
    // On a busy machine the writers may finish before anything is read.
    while (writing > 0 || splits == 0) {
        consumer.step();
        if (splits < 8 && consumer.records > 100 * splits) {
            engine.split(arn);
            ++splits;
        }
    }
    threads.clear();
    engine.split(arn);
    engine.disable("notes");
    while (!consumer.step()) continue;

    CHECK(consumer.records == writers * writes_per_writer);
    CHECK(consumer.sequences.size() == writers * writes_per_writer);
    CHECK(splits > 0);
    for (const auto& [key, numbers] : consumer.numbers_by_key) {
        std::vector<int> expected(numbers.size());
        for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<int>(i) + 1;
        INFO(key);
        CHECK(numbers == expected);
    }
}
