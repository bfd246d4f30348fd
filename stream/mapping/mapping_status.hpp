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

/// A mapping is `waiting_for_stream` if its table does not exist, and `table_has_no_stream` if the table has
/// none. It is `resending` during a replay or redrive, whatever else it is doing. It is `disabled` by its
/// parameters, `paused` by hand, in `error` when it has a MappingFault, and `unstarted` if it cannot be
/// started.
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

/// A mapping's position in the changes of its table. Sequence numbers increase across all streams of a
/// database, so one number is enough even if the table is created again and has another stream.
struct Position {
    std::string stream_arn;
    /// Every change up to this number has been handled, or does not concern this mapping.
    std::uint64_t sequence = 0;
};

/// What a mapping has done since it was started.
struct MappingCounts {
    /// Calls of the function and batches that were given up without another call, and the records that were
    /// handled.
    std::uint64_t batches = 0;
    std::uint64_t records = 0;
    std::uint64_t failures = 0;
    /// Batches that were given up on request.
    std::uint64_t skipped = 0;
    /// The error of the last call that failed or the last batch that was given up. A redrive clears it if no
    /// batch remains given up.
    std::string last_error;
    Timestamp last_error_time = {};
    /// True if the last call failed. As on AWS, a batch that was given up counts as failed.
    bool has_last_call_failed = false;
};

/// The state of a mapping at one moment.
struct MappingStatus : MappingCounts {
    std::string id;
    /// "TABLE/FUNCTION"
    std::string name;
    std::string table_name;
    std::string handler_name;
    std::string function_arn;
    /// The stream that the mapping is bound to; empty if the mapping follows its table.
    std::string event_source_arn;
    MappingParameters parameters;
    MappingState state = MappingState::waiting_for_stream;
    SourceState source;
    Position position;
    std::vector<ShardStatus> shards;
    /// The number of records that are not handled yet; nullopt if there is no stream or they cannot be
    /// counted.
    std::optional<std::uint64_t> lag = std::nullopt;
    /// When the oldest of these records was written; nullopt if there is none or it cannot be read.
    std::optional<Timestamp> oldest_waiting = std::nullopt;
    /// The clock's time when the status was made.
    Timestamp now = {};
    /// Records that the filters kept from the function.
    std::uint64_t filtered = 0;
    /// Batches that were given up and that redrive() would send again.
    std::size_t given_up = 0;
    /// The batch whose retry comes next; nullopt if no batch is being retried.
    std::optional<RetryStatus> retry = std::nullopt;
    /// The next time at which there is something to do if nothing is written; nullopt if there is no such
    /// time.
    std::optional<Timestamp> waits_until = std::nullopt;
    /// True if the clock stands still until a request moves it.
    bool clock_stands_still = false;
    DestinationStatus destination;
    /// Why the mapping cannot be started; empty if it can.
    std::string start_error;
    /// Why the mapping cannot continue; nullopt if it can.
    std::optional<MappingFault::Cause> fault = std::nullopt;
};

}  // namespace tailrace::stream
