#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

#include "engine/operation/throughput/item_uses.hpp"
#include "server/advice/observation.hpp"

namespace tailrace::server {

/// How one value of a partition key was used.
struct PartitionLoad {
    /// See table::shown_partition().
    std::string text = {};
    std::uint64_t accesses = 0;
    double units = 0;
    /// The second of the machine's clock in which it was used last, its units in that second, and the most in
    /// any second.
    std::int64_t second = 0;
    double units_in_second = 0;
    double peak = 0;
};

/// How a table or an index was read or written.
struct ResourceLoad {
    std::uint64_t accesses = 0;
    double units = 0;
    /// Keyed by table::partition_number().
    std::unordered_map<std::uint64_t, PartitionLoad> partitions = {};
};

struct ResourceKey {
    std::string table;
    /// Empty for the table itself.
    std::string index = {};
    bool is_write = false;

    auto operator<=>(const ResourceKey&) const = default;
};

/// What requests did to one table.
struct TableRun {
    /// TableDefinition::id of the table that had the name last.
    std::string id = {};
    std::uint64_t requests = 0;
    /// Accesses to items of 100 KB and more, and the size of the largest.
    std::uint64_t oversized = 0;
    double largest_kilobytes = 0;
    std::string largest_partition = {};
    /// The number of items that batches left unprocessed and that no request has used since then.
    std::uint64_t unprocessed = 0;
    std::string time_to_live_attribute = {};
    /// Keyed by TimeToLiveFault.
    std::map<TimeToLiveFault, std::uint64_t> time_to_live = {};
};

/// What an index returned, and how much of it was read from the table afterwards.
struct IndexRun {
    std::uint64_t reads = 0;
    std::uint64_t returned = 0;
    std::uint64_t fetched = 0;
};

/// When something was written, by the tables' clock and by the machine's.
struct WriteTime {
    Timestamp now = {};
    std::chrono::steady_clock::time_point moment = {};
};

/// Everything that is remembered of a run. Its memory is bounded: at most 500 patterns, 500 tables, 10,000
/// partitions and 10,000 items of each kind, about 6 MB together. What comes after that is counted as
/// omitted. Not thread-safe.
class RunRecord {
  public:
    static constexpr std::size_t max_patterns = 500;
    static constexpr std::size_t max_tables = 500;
    static constexpr std::size_t max_partitions = 10'000;
    static constexpr std::size_t max_items = 10'000;

    void add(const Observation& seen, const RequestReport& report);

    const std::map<AccessPattern, PatternCounts>& patterns() const { return patterns_; }
    const std::map<ResourceKey, ResourceLoad>& loads() const { return loads_; }
    const std::map<std::string, TableRun>& tables() const { return tables_; }
    /// Keyed by the table's name and the index's.
    const std::map<std::pair<std::string, std::string>, IndexRun>& indexes() const { return indexes_; }
    std::uint64_t requests() const { return requests_; }
    const Omissions& omitted() const { return omitted_; }

  private:
    using ItemKey = std::uint64_t;

    TableRun* table_run(const std::string& name);
    void count_request(const operation::ItemUse& use);
    void add_load(const operation::ItemUse& use, const Observation& seen);
    /// Returns true if the access may miss a write.
    bool is_stale(const operation::ItemUse& use, const Observation& seen) const;
    void note_written(ItemKey key, const Observation& seen);
    void note_refused(const operation::ItemUse& use);
    void note_done(const operation::ItemUse& use);
    void note_size(const operation::ItemUse& use, const RequestReport& report);
    void add_uses(const Observation& seen, const RequestReport& report, PatternCounts& counts);
    void add_index_items(const Observation& seen);

    std::map<AccessPattern, PatternCounts> patterns_;
    std::map<ResourceKey, ResourceLoad> loads_;
    std::size_t partitions_ = 0;
    std::map<std::string, TableRun> tables_;
    std::map<std::pair<std::string, std::string>, IndexRun> indexes_;
    /// When items and partitions were written last.
    std::unordered_map<ItemKey, WriteTime> written_;
    /// Items that an index returned and that were not read from the table since then.
    std::unordered_map<ItemKey, IndexRun*> index_items_;
    std::unordered_map<ItemKey, TableRun*> unprocessed_;
    std::uint64_t requests_ = 0;
    Omissions omitted_;
};

}  // namespace tailrace::server
