#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/model/read_lags.hpp"
#include "engine/storage/row_history.hpp"
#include "engine/table/catalogue/catalogue.hpp"
#include "engine/table/item_gate.hpp"
#include "engine/table/item_holds.hpp"
#include "engine/table/readers.hpp"

namespace tailrace::table {

/// What reads that lag behind need.
struct Past {
    ReadLags lags = {};
    storage::RowHistory history = storage::RowHistory();

    /// How far reads of the table lag behind; of its index if `index` is not null.
    std::chrono::milliseconds lag_of(const TableDefinition& table, const IndexDefinition* index) const {
        const ReadLag& lag = lags.of(table.name);
        return index != nullptr && index->global ? lag.indexes : lag.reads;
    }
};

/// How far reads lag behind, and how much is kept in memory for them.
struct ReadLagReport {
    ReadLags lags = {};
    storage::RowHistory::Size kept = {};
};

/// Stands for a number that is in the store only.
inline constexpr std::uint64_t unknown_sequence = std::numeric_limits<std::uint64_t>::max();

/// What a database keeps in memory besides its store. Sessions read it under the database's lock; commits
/// update it.
struct DatabaseState {
    std::shared_ptr<const Catalogue> catalogue = std::make_shared<Catalogue>();
    /// The tables of the catalogue whose transitions are not settled.
    std::vector<std::shared_ptr<const TableDefinition>> unsettled = {};
    /// By the tables' spaces.
    std::unordered_map<storage::SpaceId, Counts> counts = {};
    /// The newest sequence number.
    std::uint64_t sequence = 0;
    ItemHolds holds = {};
    /// Asked in this order, `holds` last. Null while there is no gate to ask.
    std::unique_ptr<std::vector<ItemGate*>> gates = {};
    /// Null while no lags are set.
    std::unique_ptr<Past> past = {};
    /// Null unless there are readers. Used without the lock, too, so it stays the same.
    std::unique_ptr<Published> published = {};
    /// What the catalogue, the counts and the sequence number belong to, in a store with several processes.
    storage::StoreVersion version = {};
    /// Null unless the store has several processes.
    storage::Lease* lease = nullptr;

    void adopt(std::shared_ptr<const Catalogue> next);
    /// Returns the gates. From the first call on, `holds` is one of them.
    std::vector<ItemGate*>& asked_gates();
};

}  // namespace tailrace::table
