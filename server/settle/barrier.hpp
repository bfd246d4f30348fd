#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/operation/engine.hpp"
#include "server/process/time_to_live_sweeper.hpp"
#include "stream/dispatcher.hpp"

namespace tailrace::server {

/// What a settle waits for, and how long.
struct SettleRequest {
    /// Only this table, its expired items, and the mappings that read its stream; empty for everything.
    std::string table_name = {};
    std::chrono::milliseconds at_most = std::chrono::seconds(30);
    /// How far a clock that stands still may be moved.
    std::chrono::microseconds advance_at_most{0};
    std::stop_token given_up = {};
};

/// A table that is CREATING, UPDATING or DELETING, and until when.
struct TableInTransition {
    std::string name;
    std::string status;
    Timestamp until = {};
};

/// What a settle has done, and what has kept it from ending.
struct SettleResult {
    /// The names of the mappings that are not done.
    std::vector<std::string> mappings = {};
    std::vector<TableInTransition> tables = {};
    /// The number of expired items that were removed.
    std::size_t removed = 0;
    /// How far the clock was moved.
    std::chrono::microseconds advanced{0};
    /// True if what is due next is further away than the clock may be moved.
    bool needs_longer_advance = false;

    bool is_settled() const { return mappings.empty() && tables.empty(); }
};

/// Waits until a Tailrace has nothing left to do: every change is handled, including those that functions
/// make meanwhile, no function is being called, expired items are removed, and no table is in transition.
///
/// If the clock stands still, it may be moved to the next moment at which something is due, again and again:
/// a retry, a batching window, a tumbling window, a record that becomes too old, a table's transition. What
/// expires later is not due: items stay until the clock has reached their time. In the end, reads that lag
/// behind see everything that has been written, whatever the clock says. May be called from any thread but a
/// function's.
class Barrier {
  public:
    struct Parts {
        Engine& engine;
        stream::Dispatcher& dispatcher;
        TimeToLiveSweeper& sweeper;
        /// The clock if it can be moved, else null.
        ManualClock* movable_clock;
    };
    /// Everything in `parts` must outlive the barrier.
    explicit Barrier(Parts parts) : parts_(parts) {}

    /// Returns when everything is settled, when the time is up or the wait is given up, or when waiting
    /// cannot help. Throws StorageError.
    SettleResult settle(const SettleRequest& request);

    const Clock& clock() const { return parts_.engine.clock(); }
    bool clock_stands_still() const { return parts_.movable_clock != nullptr; }

  private:
    SettleResult wait(const SettleRequest& request);
    std::vector<TableInTransition> tables_in_transition(std::string_view table_name) const;
    bool move_clock(const SettleRequest& request, SettleResult& result);
    bool wait_for_tables(const SettleRequest& request, const SettleResult& result,
                         std::chrono::steady_clock::time_point end) const;

    const Parts parts_;
    /// Held while the clock is moved, so that two calls at once do not both move it.
    std::mutex clock_mutex_;
};

}  // namespace tailrace::server
