#include "stream/mapping/failure/discarded_batches.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <tuple>

#include "engine/model/json_text.hpp"
#include "engine/model/utf8.hpp"
#include "stream/mapping/source/checkpoint.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

json::object to_json(const DiscardedBatch& batch) {
    json::object object{{"StreamArn", batch.stream_arn},
                        {"ShardId", batch.shard_id},
                        {"FirstSequence", batch.first_sequence},
                        {"LastSequence", batch.last_sequence},
                        {"Lanes", batch.lanes},
                        {"Lane", batch.lane}};
    if (batch.cause) {
        object["Cause"] = json::object{{"Time", epoch_microseconds(batch.cause->time)},
                                       {"Records", batch.cause->records},
                                       {"Attempts", batch.cause->attempts},
                                       {"Condition", batch.cause->condition},
                                       {"Reason", batch.cause->reason}};
    }
    return object;
}

DiscardedBatch::Cause cause_from(const json::value& stored) {
    return {.time = Timestamp(std::chrono::microseconds(stored.at("Time").to_number<std::int64_t>())),
            .records = stored.at("Records").to_number<std::size_t>(),
            .attempts = stored.at("Attempts").to_number<std::size_t>(),
            .condition = std::string(stored.at("Condition").as_string()),
            .reason = std::string(stored.at("Reason").as_string())};
}

DiscardedBatch batch_from(const json::value& stored) {
    DiscardedBatch batch{.stream_arn = std::string(stored.at("StreamArn").as_string()),
                         .shard_id = std::string(stored.at("ShardId").as_string()),
                         .first_sequence = stored.at("FirstSequence").to_number<std::uint64_t>(),
                         .last_sequence = stored.at("LastSequence").to_number<std::uint64_t>(),
                         .lanes = stored.at("Lanes").to_number<std::size_t>(),
                         .lane = stored.at("Lane").to_number<std::size_t>(),
                         .cause = std::nullopt};
    if (const json::value* cause = stored.as_object().if_contains("Cause")) batch.cause = cause_from(*cause);
    return batch;
}

/// Cuts a text to the longest that is kept. If it is not UTF-8, it could not be read again, so its non-ASCII
/// bytes are replaced.
std::string short_text(std::string text) {
    constexpr unsigned char first_bit = 0x80;
    text.resize(first_characters(text, DiscardedBatches::max_reason_bytes).size());
    json::error_code error;
    parse_json(json::serialize(json::string(text)), error);
    if (error) {
        const auto is_beyond_ascii = [](char c) { return static_cast<unsigned char>(c) >= first_bit; };
        std::ranges::replace_if(text, is_beyond_ascii, '?');
    }
    return text;
}

std::vector<DiscardedBatch> batches_from(std::string_view stored) {
    std::vector<DiscardedBatch> batches;
    const json::value kept = parse_json(stored);
    for (const json::value& each : kept.as_array()) batches.push_back(batch_from(each));
    return batches;
}

std::string text_of(const std::vector<DiscardedBatch>& batches) {
    json::array array;
    for (const DiscardedBatch& each : batches) array.push_back(to_json(each));
    return json::serialize(array);
}

bool are_same(const DiscardedBatch& one, const DiscardedBatch& other) {
    const auto key = [](const DiscardedBatch& batch) {
        return std::tie(batch.stream_arn, batch.shard_id, batch.first_sequence, batch.last_sequence,
                        batch.lanes, batch.lane);
    };
    return key(one) == key(other);
}

}  // namespace

void DiscardedBatches::load() {
    if (const auto stored = row_.load()) batches_ = batches_from(*stored);
}

std::optional<DiscardedBatch> DiscardedBatches::add(DiscardedBatch batch, const table::OwnLease* lease) {
    if (batch.cause) batch.cause->reason = short_text(std::move(batch.cause->reason));
    std::optional<DiscardedBatch> dropped;
    const auto edit = [&](Batches& batches) {
        dropped.reset();
        batches.push_back(batch);
        if (batches.size() > max_reasons) {
            if (auto& older = batches[batches.size() - max_reasons - 1].cause) older->reason.clear();
        }
        if (batches.size() > max_batches) {
            dropped = std::move(batches.front());
            batches.erase(batches.begin());
        }
    };
    change(edit, lease);
    return dropped;
}

void DiscardedBatches::remove(const DiscardedBatch& batch) {
    change([&](Batches& batches) {
        std::erase_if(batches, [&](const DiscardedBatch& each) { return are_same(each, batch); });
    });
}

void DiscardedBatches::erase() {
    row_.erase();
    batches_.clear();
}

void DiscardedBatches::change(const std::function<void(Batches&)>& edit, const table::OwnLease* lease) {
    Batches batches = batches_;
    if (!row_.is_shared()) {
        edit(batches);
        row_.save(text_of(batches));
    } else {
        const auto change = [&](const std::optional<std::string>& stored) {
            batches = stored ? batches_from(*stored) : Batches();
            edit(batches);
            return text_of(batches);
        };
        if (!row_.change(change, lease)) throw ShardLost("another process runs the shard now");
    }
    batches_ = std::move(batches);
}

}  // namespace tailrace::stream
