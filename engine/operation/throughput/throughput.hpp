#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/operation/faults/fault_error.hpp"
#include "engine/operation/throughput/bucket.hpp"
#include "engine/operation/throughput/throttle_setting.hpp"
#include "engine/table/catalogue/catalogue.hpp"
#include "engine/table/catalogue/table_definition.hpp"
#include "engine/table/item_gate.hpp"

namespace tailrace::operation {

/// One value for reads, and one for writes.
template <typename T>
struct ReadAndWrite {
    T read = {};
    T write = {};

    T& of(bool is_write) { return is_write ? write : read; }
    const T& of(bool is_write) const { return is_write ? write : read; }
};

/// How often accesses to a table or an index were throttled, by the names of CloudWatch's metrics:
/// "WriteThrottleEvents" and "WriteKeyRangeThroughputThrottleEvents".
using ThrottleEvents = std::map<std::string, std::uint64_t>;

/// A bucket at one moment.
struct ShownBucket {
    double available = 0;
    BucketLimit limit = {};
};

/// The buckets of a table or a global index at one moment.
struct ShownThroughput {
    /// Null for the table itself.
    const table::IndexDefinition* index = nullptr;
    /// nullopt if only partitions are limited.
    ReadAndWrite<std::optional<ShownBucket>> own = {};
    std::vector<ReadAndWrite<ShownBucket>> partitions = {};
    ThrottleEvents events = {};
};

/// Keeps how much throughput is left to tables and their global indexes, on the engine's clock. An access is
/// refused if a bucket that it needs is empty. The cost of an access is taken after it, so a bucket may end
/// below 0.
///
/// A provisioned table or index has buckets for its units, and one with OnDemandThroughput has buckets for
/// its maximum. They hold at most the units of 300 seconds, or of as many seconds as a setting says. In
/// addition, each partition has buckets. There are as many partitions as the warm throughput needs, at most
/// 1000, or as many as a setting says. Unlike on AWS, the number does not grow with the load. If the number
/// changes, the buckets of the partitions are full again.
///
/// A write is also refused if a global index of the table has no write units left, or if one of the index's
/// partitions has none. This is the index's back pressure. Source: "Understanding Global Secondary Index
/// (GSI) write throttling and back pressure", Developer Guide. Local indexes use the throughput of their
/// table.
///
/// Not observed on AWS: that buckets begin full, and that a request may overdraw them. The cost of a page is
/// taken from the partition in which the page begins.
///
/// Not durable. May be used by any thread.
class Throughput {
  public:
    /// What an access has taken.
    struct Taken {
        /// Of the table or the index.
        decltype(table::TableDefinition::space) space = 0;
        bool is_write = false;
        std::size_t partition = 0;
        double units = 0;
    };

    /// Begins with these settings.
    explicit Throughput(std::vector<ThrottleSetting> first);

    /// Returns false if nothing is throttled. Every request asks this first.
    bool is_armed() const { return is_armed_.load(std::memory_order_relaxed); }

    /// Replaces all settings. All buckets are full afterwards, and nothing is counted. No two settings may be
    /// for the same table and index.
    void replace(std::vector<ThrottleSetting> settings);
    /// Goes back to the settings at the beginning.
    void reset() { replace(first_); }
    std::vector<ThrottleSetting> settings() const;

    /// If a bucket that the access needs is empty, counts the refusal and returns the error.
    std::optional<ApiError> refuse(const table::ItemAccess& access);
    /// Takes what the access has cost.
    Taken take(const table::ItemAccess& access, double units);
    void give_back(const Taken& taken);

    /// Returns true if buckets may be kept for tables and indexes that are gone: then call keep_only().
    bool has_too_many_spaces() const;
    /// Frees the buckets of tables and indexes that are not in the catalogue.
    void keep_only(const table::Catalogue& catalogue);
    /// The number of tables and global indexes for which buckets are kept.
    std::size_t spaces() const;

    /// The buckets of the table and its global indexes; empty if they are not throttled.
    std::vector<ShownThroughput> show(const table::TableDefinition& definition, Timestamp now);

  private:
    /// A table or a global index.
    struct Resource {
        const table::TableDefinition& table;
        /// Null for the table itself.
        const table::IndexDefinition* index;

        auto space() const { return index != nullptr ? index->space : table.space; }
    };
    struct Limits {
        ReadAndWrite<std::optional<BucketLimit>> own;
        ReadAndWrite<BucketLimit> partition;
        std::size_t partitions;
    };
    struct Buckets {
        ReadAndWrite<Bucket> own;
        std::vector<ReadAndWrite<Bucket>> partitions;
        ThrottleEvents events;
    };
    using Spaces = std::map<decltype(Taken::space), Buckets>;

    static Resource resource_of(const table::ItemAccess& access);
    const ThrottleSetting* find_setting(const std::string& table, const std::string& index) const;
    /// nullopt if it is not throttled.
    std::optional<Limits> limits_of(const Resource& resource) const;
    Buckets& buckets_of(const Resource& resource, const Limits& limits);
    /// The limit that an access exceeds; nullopt if none. A row key chooses the partition that must not be
    /// empty; without a row key, no partition may be empty.
    std::optional<ExceededLimit> exceeded(const Resource& resource, bool is_write,
                                          std::optional<std::string_view> row_key, Timestamp now);
    ApiError count(const Resource& resource, const table::ItemAccess& access, ExceededLimit limit);

    const std::vector<ThrottleSetting> first_;
    std::atomic<bool> is_armed_ = false;
    mutable std::mutex mutex_;
    std::vector<ThrottleSetting> settings_;
    Spaces buckets_;
    /// If buckets are kept for this many spaces, has_too_many_spaces() returns true.
    std::size_t enough_spaces_ = 0;
};

}  // namespace tailrace::operation
