#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "engine/model/clock.hpp"

namespace tailrace::stream {

/// What of a mapping cannot be done.
enum class MappingPart {
    /// A thread cannot be had.
    thread,
    /// Its place cannot be loaded or saved.
    place,
    /// Its source cannot be read, or a record of it.
    reading,
    /// A batch cannot be carried out, however its function would answer.
    batch
};

/// Why a mapping gets no further, and when it tries again. It has nothing to do with its function, whose
/// failures are the batch's own: the database, a record or the machine is at fault, and mappings wait for all
/// of them to mend. For one thread at a time.
class MappingFault {
  public:
    /// The first wait; each further one is twice as long, up to the longest.
    static constexpr std::chrono::milliseconds first_wait{250};
    static constexpr std::chrono::milliseconds longest_wait{60'000};

    struct Cause {
        MappingPart part = MappingPart::thread;
        std::string reason;
        /// How often it was tried in vain.
        std::size_t tries = 0;
        Timestamp next_try = {};
    };

    /// Returns a line about it: "the disk is full; tried again in 0.25 s".
    std::string note(MappingPart part, const std::string& reason, Timestamp now);
    /// The part works; true when it was the one at fault.
    bool clear(MappingPart part);
    /// All parts are made anew.
    void clear() { cause_.reset(); }

    const std::optional<Cause>& cause() const { return cause_; }
    /// Whether it is too early to try again. A clock that was put back does not make it wait for longer.
    bool holds_back(Timestamp now) const;

  private:
    std::optional<Cause> cause_;
    /// What comes back soon after it was mended has not been mended.
    std::size_t tries_ = 0;
    Timestamp last_try_ = {};
};

}  // namespace tailrace::stream
