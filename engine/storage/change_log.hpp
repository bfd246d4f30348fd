#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// One change as it was logged: a Streams record in wire JSON, under its number.
struct LoggedChange {
    std::uint64_t sequence = 0;
    std::string record_json;
    /// The record's SizeBytes.
    std::uint32_t size_bytes = 0;
};

/// The changes of one stream in the order of their commits, in a space of the stream's own.
///
///     row := sequence (8 bytes, big-endian) -> record in wire JSON
///
/// Sequence numbers come from one counter for all streams of a database, so they increase across streams,
/// across restarts and when a stream is made anew.
class ChangeLog {
  public:
    ChangeLog(Transaction& transaction, SpaceId space) : transaction_(transaction), space_(space) {}

    void append(const LoggedChange& change);
    /// Up to `limit` changes after the number `after`, oldest first, up to `max_bytes` of JSON (at least one
    /// change).
    std::vector<LoggedChange> read(std::uint64_t after, std::size_t limit, std::size_t max_bytes) const;
    /// How many changes come after the number `after`.
    std::uint64_t count(std::uint64_t after) const;
    /// The number of the newest change; 0 when there is none.
    std::uint64_t newest() const;

  private:
    Transaction& transaction_;
    SpaceId space_;
};

/// The text by which the API names a sequence number: 21 digits, so that texts sort as the numbers do.
std::string sequence_text(std::uint64_t sequence);

}  // namespace tailrace::storage
