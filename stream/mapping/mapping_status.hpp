#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stream/mapping/failure/destination_status.hpp"
#include "stream/mapping/mapping_fault.hpp"
#include "stream/mapping/parameters/mapping_parameters.hpp"
#include "stream/mapping/source/shard_status.hpp"
#include "stream/mapping/source/source_state.hpp"

namespace tailrace::stream {

/// `waiting_for_stream` of a table that is not there, unlike `table_has_no_stream`; `resending` in a replay
/// or redrive, whatever else it is; `disabled` by its parameters, `paused` by hand, in `error` as
/// MappingFault has it; `unstarted` if it cannot be started.
enum class MappingState {
    waiting_for_stream,
    table_has_no_stream,
    idle,
    handling,
    resending,
    retrying,
    error,
    paused,
    disabled,
    unstarted
};

/// Where a mapping stands in its table's changes. Sequence numbers increase across all streams of a database,
/// so one number places a mapping also when the table is created again and has another stream.
struct Position {
    std::string stream_arn;
    /// Every change up to this number has been handled, or is not this mapping's.
    std::uint64_t sequence = 0;
};

/// How a mapping is doing, at one moment.
struct MappingStatus {
    std::string id;
    /// "TABLE/FUNCTION"
    std::string name;
    std::string table_name;
    std::string handler_name;
    std::string function_arn;
    /// The stream that it is bound to; empty where it follows its table.
    std::string event_source_arn;
    MappingParameters parameters;
    MappingState state = MappingState::waiting_for_stream;
    SourceState source;
    Position position;
    std::vector<ShardStatus> shards;
    /// Records that are not handled yet; nothing if there is no stream, or if they cannot be counted.
    std::optional<std::uint64_t> lag = std::nullopt;
    /// Calls of the function, and records of those that succeeded.
    std::uint64_t batches = 0;
    std::uint64_t records = 0;
    std::uint64_t failures = 0;
    /// Batches that were given up on request.
    std::uint64_t skipped = 0;
    /// Records that the filters kept from the function.
    std::uint64_t filtered = 0;
    /// Batches that were given up and that redrive() would send again.
    std::size_t given_up = 0;
    /// Of the last call that failed, or batch that was given up. A redrive after which nothing is given up
    /// any more takes it away.
    std::string last_error;
    Timestamp last_error_time = {};
    /// Whether the last call failed, as AWS shows it: a batch that was given up counts as failed.
    bool has_last_call_failed = false;
    /// Of the batches that are sent again, the one that is next; nothing if there is none.
    std::optional<RetryStatus> retry = std::nullopt;
    /// The moment until which there is nothing to do, unless something is written; nothing if there is none.
    std::optional<Timestamp> waits_until = std::nullopt;
    /// Whether the clock stands still until it is told to move.
    bool clock_stands_still = false;
    DestinationStatus destination;
    /// Why it cannot be started; empty if it can.
    std::string start_error;
    /// Why it gets no further; nothing when it does.
    std::optional<MappingFault::Cause> fault = std::nullopt;
};

}  // namespace tailrace::stream
