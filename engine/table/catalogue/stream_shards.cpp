#include "engine/table/catalogue/stream_shards.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/model/sequence_number.hpp"
#include "engine/model/stable_hash.hpp"
#include "engine/storage/key_encoding.hpp"

namespace tailrace::table {
namespace {

namespace json = boost::json;

constexpr std::size_t id_prefix_size = 8;  // "shardId-"
constexpr std::size_t id_digits = 20;

std::string shard_id(std::int64_t milliseconds, std::uint32_t suffix) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "shardId-%020lld-%08x", static_cast<long long>(milliseconds),
                  suffix);
    return text.data();
}

std::int64_t milliseconds_of(std::string_view shard_id) {
    return std::stoll(std::string(shard_id.substr(id_prefix_size, id_digits)));
}

bool was_closed_before(const Shard& shard, Timestamp time) {
    return shard.closed && *shard.closed < time;
}

json::value optional_number(const std::optional<std::uint64_t>& number) {
    return number ? json::value(*number) : json::value();
}

json::object to_json(const Shard& shard) {
    return {{"ShardId", shard.id},
            {"ParentShardId", shard.parent_id},
            {"FirstHash", shard.hashes.first},
            {"LastHash", shard.hashes.last},
            {"StartingSequence", shard.starting_sequence},
            {"EndingSequence", optional_number(shard.ending_sequence)},
            {"ClosedMicroseconds",
             shard.closed ? json::value(shard.closed->time_since_epoch().count()) : json::value()},
            {"TrimmedSequence", shard.trimmed_sequence}};
}

Shard shard_from_json(const json::object& stored) {
    Shard shard;
    shard.id = stored.at("ShardId").as_string();
    shard.parent_id = stored.at("ParentShardId").as_string();
    shard.hashes = {stored.at("FirstHash").to_number<std::uint64_t>(),
                    stored.at("LastHash").to_number<std::uint64_t>()};
    shard.starting_sequence = stored.at("StartingSequence").to_number<std::uint64_t>();
    if (const json::value& ending = stored.at("EndingSequence"); !ending.is_null()) {
        shard.ending_sequence = ending.to_number<std::uint64_t>();
    }
    if (const json::value& closed = stored.at("ClosedMicroseconds"); !closed.is_null()) {
        shard.closed = Timestamp(std::chrono::microseconds(closed.to_number<std::int64_t>()));
    }
    shard.trimmed_sequence = stored.at("TrimmedSequence").to_number<std::uint64_t>();
    return shard;
}

}  // namespace

storage::ChangeSlice Shard::slice(std::uint64_t after) const {
    storage::ChangeSlice slice;
    slice.after = std::max(after, starting_sequence);
    if (ending_sequence) slice.up_to = *ending_sequence;
    slice.hashes = hashes;
    return slice;
}

StreamShards::StreamShards(std::string_view stream_arn, std::size_t count, const ShardMoment& moment) {
    constexpr std::uint64_t last_hash = storage::HashRange{}.last;
    const std::uint64_t width = last_hash / count;
    for (std::size_t i = 0; i < count; ++i) {
        Shard shard;
        shard.hashes = {i == 0 ? 0 : i * width + 1, i + 1 == count ? last_hash : (i + 1) * width};
        shard.starting_sequence = moment.sequence;
        add(stream_arn, std::move(shard), moment.now);
    }
}

const Shard* StreamShards::find(std::string_view id) const {
    const auto found = std::ranges::lower_bound(shards_, id, {}, &Shard::id);
    return found != shards_.end() && found->id == id ? &*found : nullptr;
}

const Shard* StreamShards::widest_open() const {
    const Shard* widest = nullptr;
    for (const Shard& shard : shards_) {
        if (!shard.is_open()) continue;
        const auto width = [](const Shard& each) { return each.hashes.last - each.hashes.first; };
        if (widest == nullptr || width(shard) > width(*widest)) widest = &shard;
    }
    return widest;
}

Shard* StreamShards::holder(const storage::ChangePlace& place) {
    const auto found = std::ranges::find_if(shards_, [&](const Shard& shard) {
        const storage::ChangeSlice slice = shard.slice();
        return shard.hashes.holds(place.partition_hash) && place.sequence > slice.after &&
               place.sequence <= slice.up_to;
    });
    return found != shards_.end() ? &*found : nullptr;
}

const Shard* StreamShards::open_holder(std::uint64_t partition_hash) const {
    const auto found = std::ranges::find_if(
        shards_, [&](const Shard& shard) { return shard.is_open() && shard.hashes.holds(partition_hash); });
    return found != shards_.end() ? &*found : nullptr;
}

void StreamShards::close(std::string_view id, std::uint64_t last_change, Timestamp now) {
    Shard& shard = *std::ranges::find(shards_, id, &Shard::id);
    // If all changes of a shard were trimmed, it still ends at its last change.
    shard.ending_sequence = std::max({last_change, shard.trimmed_sequence, shard.starting_sequence});
    shard.closed = now;
}

void StreamShards::add_children(std::string_view stream_arn, std::string_view parent_id,
                                const ShardMoment& moment) {
    const Shard parent = *find(parent_id);
    const std::uint64_t middle = parent.hashes.first + (parent.hashes.last - parent.hashes.first) / 2;
    for (const storage::HashRange hashes : {storage::HashRange{parent.hashes.first, middle},
                                            storage::HashRange{middle + 1, parent.hashes.last}}) {
        Shard child;
        child.parent_id = parent.id;
        child.hashes = hashes;
        child.starting_sequence = moment.sequence;
        add(stream_arn, std::move(child), moment.now);
    }
}

void StreamShards::add(std::string_view stream_arn, Shard shard, Timestamp now) {
    auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count();
    if (!shard.parent_id.empty()) milliseconds = std::max(milliseconds, milliseconds_of(shard.parent_id) + 1);
    auto suffix = static_cast<std::uint32_t>(
        stable_hash(std::string(stream_arn) + storage::encode_sequence(shard.hashes.first)));
    while (find(shard.id = shard_id(milliseconds, suffix)) != nullptr) ++suffix;
    shards_.insert(std::ranges::lower_bound(shards_, shard.id, {}, &Shard::id), std::move(shard));
}

bool StreamShards::has_closed_before(Timestamp time) const {
    return std::ranges::any_of(shards_, [&](const Shard& shard) { return was_closed_before(shard, time); });
}

void StreamShards::remove_closed_before(Timestamp time) {
    std::erase_if(shards_, [&](const Shard& shard) { return was_closed_before(shard, time); });
}

json::array StreamShards::catalogue_json() const {
    json::array stored;
    for (const Shard& shard : shards_) stored.push_back(to_json(shard));
    return stored;
}

StreamShards StreamShards::from_catalogue_json(const json::array& json) {
    StreamShards shards;
    for (const json::value& each : json) shards.shards_.push_back(shard_from_json(each.as_object()));
    return shards;
}

json::object describe(const Shard& shard) {
    json::object range{{"StartingSequenceNumber", sequence_text(shard.starting_sequence)}};
    if (shard.ending_sequence) range["EndingSequenceNumber"] = sequence_text(*shard.ending_sequence);
    json::object description{{"ShardId", shard.id}, {"SequenceNumberRange", std::move(range)}};
    if (!shard.parent_id.empty()) description["ParentShardId"] = shard.parent_id;
    return description;
}

}  // namespace tailrace::table
