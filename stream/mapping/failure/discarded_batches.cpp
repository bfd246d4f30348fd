#include "stream/mapping/failure/discarded_batches.hpp"

#include <boost/json.hpp>

#include "engine/model/json_text.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

json::object to_json(const DiscardedBatch& batch) {
    return {{"StreamArn", batch.stream_arn},
            {"ShardId", batch.shard_id},
            {"FirstSequence", batch.first_sequence},
            {"LastSequence", batch.last_sequence},
            {"Lanes", batch.lanes},
            {"Lane", batch.lane}};
}

DiscardedBatch batch_from(const json::value& stored) {
    return {.stream_arn = std::string(stored.at("StreamArn").as_string()),
            .shard_id = std::string(stored.at("ShardId").as_string()),
            .first_sequence = stored.at("FirstSequence").to_number<std::uint64_t>(),
            .last_sequence = stored.at("LastSequence").to_number<std::uint64_t>(),
            .lanes = stored.at("Lanes").to_number<std::size_t>(),
            .lane = stored.at("Lane").to_number<std::size_t>()};
}

}  // namespace

void DiscardedBatches::load() {
    const std::lock_guard lock(mutex_);
    const auto stored = row_.load();
    if (!stored) return;
    std::vector<DiscardedBatch> batches;
    const json::value kept = parse_json(*stored);
    for (const json::value& each : kept.as_array()) batches.push_back(batch_from(each));
    batches_ = std::move(batches);
}

std::optional<DiscardedBatch> DiscardedBatches::add(DiscardedBatch batch) {
    const std::lock_guard lock(mutex_);
    std::vector<DiscardedBatch> batches = batches_;
    batches.push_back(std::move(batch));
    std::optional<DiscardedBatch> dropped;
    if (batches.size() > max_batches) {
        dropped = std::move(batches.front());
        batches.erase(batches.begin());
    }
    save(std::move(batches));
    return dropped;
}

void DiscardedBatches::remove(const DiscardedBatch& batch) {
    const std::lock_guard lock(mutex_);
    std::vector<DiscardedBatch> batches = batches_;
    std::erase(batches, batch);
    save(std::move(batches));
}

std::vector<DiscardedBatch> DiscardedBatches::all() const {
    const std::lock_guard lock(mutex_);
    return batches_;
}

std::size_t DiscardedBatches::count() const {
    const std::lock_guard lock(mutex_);
    return batches_.size();
}

void DiscardedBatches::erase() {
    const std::lock_guard lock(mutex_);
    row_.erase();
    batches_.clear();
}

void DiscardedBatches::save(std::vector<DiscardedBatch> batches) {
    json::array array;
    for (const DiscardedBatch& each : batches) array.push_back(to_json(each));
    row_.save(json::serialize(array));
    batches_ = std::move(batches);
}

}  // namespace tailrace::stream
