#pragma once

#include <chrono>
#include <cstdint>

namespace tailrace::server {

/// When the adviser reports a finding. A short run and a few requests prove nothing, so most findings need a
/// minimum number of requests. server/README.md has the same table for people.
namespace thresholds {

/// Scan, by the operation of that name or by a statement: this many requests, which read this many items each
/// on average.
inline constexpr std::uint64_t scan_requests = 3;
inline constexpr double scan_items = 20;

/// FilterDiscards: this many requests and items read, of which less than this share was returned.
inline constexpr std::uint64_t filter_requests = 3;
inline constexpr std::uint64_t filter_items = 50;
inline constexpr double filter_share = 0.25;

/// HotPartition: what one partition can serve in a second. Source: "Best practices for designing and using
/// partition keys effectively in DynamoDB".
inline constexpr double partition_read_units = 3000;
inline constexpr double partition_write_units = 1000;
/// Or this many accesses to a table or an index, with this many values of the partition key, if one of these
/// values has at least this share of the units.
inline constexpr std::uint64_t hot_accesses = 300;
inline constexpr std::uint64_t hot_values = 10;
inline constexpr double hot_share = 0.5;

/// OversizedItem: this many accesses to items of at least this many KB, a quarter of what an item may have.
inline constexpr std::uint64_t oversized_accesses = 3;
inline constexpr double oversized_kilobytes = 100;

/// UnusedIndex: this many requests to the table, none of them to the index.
inline constexpr std::uint64_t unused_requests = 50;

/// SecondRead: this many items that an index returned and that were then read from the table, and at least
/// this share of what the index returned.
inline constexpr std::uint64_t second_reads = 5;
inline constexpr double second_share = 0.25;

/// ReadAfterWrite: this many eventually consistent reads of what was written less than this time before, or
/// less than the lag of reads if that is longer.
inline constexpr std::uint64_t stale_reads = 3;
inline constexpr std::chrono::seconds stale_window{1};

/// TransactionConflict: this many requests, and at least this share of those with the same pattern.
inline constexpr std::uint64_t conflicts = 3;
inline constexpr double conflict_share = 0.05;

/// TimeToLiveMisread: this many items that had expired when a Query or Scan returned them. For values of a
/// wrong type or unit, one is enough. A value of at least `milliseconds_from` is taken to be in milliseconds:
/// 1e12 seconds is the year 33658, and 1e12 milliseconds is the year 2001. Real values are not near this
/// limit. 9999-12-31, which means "never" to many programs, is 253402300799 in seconds, and the present is
/// more than 1.7e12 in milliseconds.
inline constexpr std::uint64_t expired_items = 3;
inline constexpr double milliseconds_from = 1e12;

/// FailingStreamBatch: this many failed calls of a mapping whose last call failed or that has given up
/// batches.
inline constexpr std::uint64_t failed_calls = 3;

}  // namespace thresholds
}  // namespace tailrace::server
