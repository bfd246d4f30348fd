#pragma once

#include <cstdint>
#include <string>

#include "engine/operation/engine.hpp"
#include "stream/handler/handler.hpp"

namespace tailrace::stream {

/// Where a mapping stands in its table's changes. Sequence numbers increase across all streams of a database,
/// so one number places a mapping also when the table is made anew and has another stream.
struct Position {
    std::string stream_arn;
    /// Every change up to this number has been handled, or is not this table's.
    std::uint64_t sequence = 0;
};

/// What there is after a position: a batch, possibly without records, and how far it reaches.
struct Reading {
    EventBatch batch;
    /// The newest change of the database when this was read. With no record in the batch, everything up to
    /// here is behind the mapping.
    std::uint64_t newest_sequence = 0;
    bool has_stream = false;
};

/// The changes of one table, through all the streams it has had, and the mapping's place among them, which is
/// kept in the database under the mapping's name. Thread-safe.
class StreamSource {
  public:
    /// The engine outlives the source.
    StreamSource(Engine& engine, std::string table_name, std::string mapping_name);

    /// The place that was saved last; the beginning when there is none.
    Position load_position();
    void save_position(const Position& position);

    /// Up to `limit` records after `sequence`, of one stream: the oldest that has any.
    Reading read(std::uint64_t sequence, std::size_t limit);
    /// How many records come after `sequence`.
    std::uint64_t count_after(std::uint64_t sequence);

  private:
    Engine& engine_;
    std::string table_name_;
    std::string state_name_;
};

}  // namespace tailrace::stream
