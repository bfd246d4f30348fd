#include "stream/shard_division.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "stream/mapping/source/checkpoint.hpp"

namespace tailrace::stream {
namespace {

constexpr char alone_sign = '!';
constexpr char removed_sign = '-';

/// How many open shards each process has, as they are now and as the decisions so far will change them.
class Division {
  public:
    Division(const table::LeaseHolders& holders, const std::vector<KnownShard>& shards)
        : self_(holders.self) {
        for (const table::LeaseHolders::Process& each : holders.processes) {
            notes_[each.number] = ProcessNote::from_text(each.note);
            loads_[each.number] = 0;
        }
        std::set<std::string> closed;
        for (const KnownShard& each : shards) {
            if (!each.is_open) closed.insert(shard_place(each.mapping_id, each.shard_id));
        }
        for (const table::LeaseHolders::Held& each : holders.leases) {
            holders_[each.name] = each.holder;
            const auto load = loads_.find(each.holder);
            if (load != loads_.end() && !closed.contains(each.name)) ++load->second;
        }
    }

    bool must_rest() const {
        return std::ranges::any_of(notes_, [this](const auto& each) {
            return each.first != self_ && each.second.alone.contains(std::string(every_mapping));
        });
    }
    /// The holder of a lease; nullopt if nobody has it.
    std::optional<std::uint64_t> holder(const std::string& name) const {
        const auto found = holders_.find(name);
        return found != holders_.end() ? std::optional(found->second) : std::nullopt;
    }
    /// False if another process wants to have the mapping alone.
    bool may_have(const std::string& mapping_id) const {
        const auto alone = std::ranges::find_if(
            notes_, [&](const auto& each) { return each.second.wants_alone(mapping_id); });
        return alone == notes_.end() || alone->first == self_;
    }
    /// The one with the fewest shards among the other processes that have the mapping; nullptr if there is
    /// none.
    std::size_t* least_of_others(const std::string& mapping_id) {
        std::size_t* least = nullptr;
        const bool is_alone = std::ranges::any_of(
            notes_, [&](const auto& each) { return each.second.wants_alone(mapping_id); });
        if (is_alone) return nullptr;
        for (auto& [number, load] : loads_) {
            if (number == self_ || !notes_[number].mappings.contains(mapping_id)) continue;
            if (least == nullptr || load < *least) least = &load;
        }
        return least;
    }
    std::size_t& own() { return loads_[self_]; }

  private:
    const std::uint64_t self_;
    std::map<std::uint64_t, ProcessNote> notes_;
    std::map<std::uint64_t, std::size_t> loads_;
    std::map<std::string, std::uint64_t> holders_;
};

}  // namespace

std::string ProcessNote::text() const {
    std::string text;
    for (const std::string& each : mappings) text.append(each).append(" ");
    for (const std::string& each : alone) text.append(1, alone_sign).append(each).append(" ");
    for (const std::string& each : removed) text.append(1, removed_sign).append(each).append(" ");
    return text;
}

ProcessNote ProcessNote::from_text(std::string_view text) {
    ProcessNote note;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        if (word.empty()) continue;
        if (word.front() == alone_sign) {
            note.alone.emplace(word.substr(1));
        } else if (word.front() == removed_sign) {
            note.removed.emplace(word.substr(1));
        } else {
            note.mappings.emplace(word);
        }
    }
    return note;
}

bool ProcessNote::wants_alone(const std::string& mapping_id) const {
    return alone.contains(mapping_id) || alone.contains(std::string(every_mapping));
}

ShardDivision divide_shards(const table::LeaseHolders& holders, const std::vector<KnownShard>& shards) {
    Division division(holders, shards);
    ShardDivision decided;
    decided.must_rest = division.must_rest();
    for (const KnownShard& each : shards) {
        const std::string name = shard_place(each.mapping_id, each.shard_id);
        const std::optional<std::uint64_t> holder = division.holder(name);
        const std::size_t weight = each.is_open ? 1 : 0;
        if (!division.may_have(each.mapping_id)) {
            if (holder == holders.self) decided.give_up.insert(name);
            continue;
        }
        std::size_t* const least = division.least_of_others(each.mapping_id);
        if (holder == holders.self) {
            const bool has_too_many = least != nullptr && division.own() >= *least + 2;
            if (!has_too_many || weight == 0 || each.should_stay) continue;
            --division.own();
            ++*least;
            decided.give_up.insert(name);
        } else if (!holder && (weight == 0 || least == nullptr || division.own() <= *least)) {
            division.own() += weight;
            decided.take.push_back(name);
        }
    }
    return decided;
}

}  // namespace tailrace::stream
