#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "engine/model/clock.hpp"

namespace tailrace::stream {

/// The part of a mapping's work that fails.
enum class MappingPart {
    /// A thread cannot be started.
    thread,
    /// Its checkpoint cannot be loaded or saved.
    place,
    /// Its stream, or a record in it, cannot be read.
    reading,
    /// A batch cannot be processed, whatever its function would answer.
    batch
};

/// Why a mapping cannot continue, and when it tries again. The function is never the reason: its failures
/// belong to the batch. The database, a record or the machine is at fault, and the mapping waits until that
/// is fixed. For one thread at a time.
class MappingFault {
  public:
    /// Each wait is twice as long as the previous one, up to max_wait.
    static constexpr std::chrono::milliseconds first_wait{250};
    static constexpr std::chrono::milliseconds max_wait{60'000};

    struct Cause {
        MappingPart part = MappingPart::thread;
        std::string reason;
        /// How many tries have failed.
        std::size_t tries = 0;
        Timestamp next_try = {};
    };

    /// Notes a failed try and returns a line for the log: "the disk is full; trying again in 0.25 s".
    std::string note(MappingPart part, const std::string& reason, Timestamp now);
    /// The same for work that was under way when other work failed: while that holds the mapping back, the
    /// failure is not another try.
    std::string note_beside(MappingPart part, const std::string& reason, Timestamp now);
    /// How often note() has noted a failed try.
    std::size_t failures() const { return failures_; }
    /// Notes that a part works again. Returns true if it was the one at fault.
    bool clear(MappingPart part);
    /// Clears the fault, whichever part it is in.
    void clear() { cause_.reset(); }

    const std::optional<Cause>& cause() const { return cause_; }
    bool is_of(MappingPart part) const { return cause_ && cause_->part == part; }
    /// Returns true if it is too early to try again. A clock that is set back does not make the wait longer.
    bool holds_back(Timestamp now) const;

  private:
    std::optional<Cause> cause_;
    /// Not reset by clear(): a fault that soon comes back was not really fixed, so its waits keep growing.
    std::size_t tries_ = 0;
    Timestamp last_try_ = {};
    std::size_t failures_ = 0;
};

}  // namespace tailrace::stream
