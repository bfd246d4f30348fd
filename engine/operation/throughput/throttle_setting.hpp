#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace tailrace::operation {

/// More than that is as good as no limit.
constexpr std::int64_t max_units_per_second = 1'000'000'000;
constexpr std::int64_t max_burst_seconds = 3600;
/// The number of partitions that a table or a global index may have.
constexpr std::size_t max_partitions = 1000;

/// What the throughput of a table, or of a global index, is limited to. All units are per second.
struct ThrottleSetting {
    /// Empty for each table that has no setting of its own.
    std::string table_name = {};
    /// Empty for the table itself. The setting of a table also holds for its global indexes without settings
    /// of their own, except for the units.
    std::string index_name = {};
    /// In place of the provisioned throughput, or of the maximum of OnDemandThroughput. 0 refuses everything.
    std::optional<std::int64_t> read_units = {};
    std::optional<std::int64_t> write_units = {};
    /// What each partition can serve. Source: "Best practices for designing and using partition keys",
    /// Developer Guide.
    std::int64_t partition_read_units = 3000;
    std::int64_t partition_write_units = 1000;
    /// nullopt for as many as the warm throughput needs, up to the maximum.
    std::optional<std::size_t> partitions = {};
    /// The bucket of a table or an index keeps the unused units of this many seconds. The bucket of a
    /// partition keeps those of one second. Source: "Burst and adaptive capacity", Developer Guide.
    std::int64_t burst_seconds = 300;
};

}  // namespace tailrace::operation
