#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "engine/operation/engine.hpp"
#include "engine/table/database.hpp"
#include "engine/table/store.hpp"
#include "stream/mapping/dispatch_threads.hpp"
#include "stream/mapping/failure/failure_destination.hpp"
#include "stream/mapping/failure/failure_reports.hpp"
#include "stream/mapping/mapping_fault.hpp"
#include "stream/mapping/mapping_journal.hpp"
#include "stream/mapping/mapping_status.hpp"
#include "stream/mapping/parameters/mapping_options.hpp"
#include "stream/mapping/resender.hpp"
#include "stream/mapping/shard_hold.hpp"
#include "stream/mapping/source/stream_cursors.hpp"
#include "stream/mapping/source/stream_source.hpp"

namespace tailrace::stream {

/// Receives one line of text for people.
using MappingLog = std::function<void(const std::string& line)>;

/// How far a mapping has got with the changes that a drain waits for. `held_up` means that it cannot continue
/// by itself: it is paused or in error, its table has no stream, or a clock that stands still would have to
/// move.
enum class Progress { done, under_way, held_up };

/// What to wait for: the records alone, or also the calls under way and the final calls of the tumbling
/// windows whose time is up.
enum class Awaited { records, everything };

/// Why a mapping checks for work: something was committed, or the clock was moved.
enum class WakeCause { commit, clock };

/// How many calls a mapping has made, and when it will next have work if nothing is written.
struct Outlook {
    /// The calls that have ended, including those of replays and redrives.
    std::uint64_t calls = 0;
    /// The next time at which there is a batch to send or a window to end, or at which a mapping in error
    /// tries again; nullopt if there is no such time in the future.
    std::optional<Timestamp> next_due = std::nullopt;
    // The rest is known only in a database that several processes share.

    bool is_paused = false;
    /// True if a shard waits until another process has handled what comes before it.
    bool waits_for_others = false;
    /// The shards in which a batch is being sent again.
    std::vector<std::string> retrying_in = {};
};

/// Whether what is kept of a mapping in the database outlives it.
enum class Kept { state, nothing };

/// What a step does with the next batch.
enum class NextBatch { is_sent, is_given_up };

/// The mapping cannot continue for now; see MappingFault. what() is the reason.
class MappingInError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Reads a stream in batches and calls one function with them. It runs on the dispatcher's threads: on one,
/// and on others if several lanes have batches at once. The mapping gets a thread when something was
/// committed, when the clock was moved, and when something is due. The result of a batch is saved before the
/// next batch of its lane, so a restart repeats at most what was in flight. If the database, a record or the
/// machine is at fault, the mapping reports it, begins nothing new and tries again with growing waits; see
/// MappingFault. In a database that several processes share, it works on the shards of shards(), and others
/// work on the rest. Everything may be called from any thread, but not from within the function, because a
/// call that stops or steps the mapping waits for the function.
class EventSourceMapping {
  public:
    /// What a mapping depends on. All of it must outlive the mapping.
    struct Parts {
        Engine& engine;
        const DestinationMap& destinations;
        const MappingLog& log;
        const WarningLog& warn;
        DispatchThreads& threads;
        /// True if the clock stands still until a request moves it.
        bool clock_stands_still = false;
    };

    /// Loads the mapping's place in the stream, which is its checkpoint. If that fails, the mapping is in
    /// error. Does nothing else before start(). `on_progress` is called, with no lock held, whenever the
    /// result of progress_to() may have improved. The options must have an id. Throws std::invalid_argument
    /// for parameters that cannot be used.
    EventSourceMapping(Parts parts, MappingOptions options, std::shared_ptr<Handler> handler,
                       std::function<void()> on_progress);
    /// Stops after the batches in flight.
    ~EventSourceMapping();
    EventSourceMapping(const EventSourceMapping&) = delete;
    EventSourceMapping& operator=(const EventSourceMapping&) = delete;

    const std::string& id() const { return options_.id; }
    std::string name() const;

    /// Reads the source for the first time. If nothing was committed since the mapping's place, the calling
    /// thread does this, so a mapping with nothing to do needs no thread.
    void start();
    void wake(WakeCause cause) noexcept;
    /// Returns how far the mapping has got: `done` if every change up to `sequence` has been handled and no
    /// replay or redrive is under way. A disabled mapping that resends nothing is done.
    Progress progress_to(std::uint64_t sequence, Awaited awaited = Awaited::records);
    Outlook outlook() const;
    MappingStatus status();

    /// Gives the mapping other parameters, and another function if `handler` is not null, from its next batch
    /// on. The starting position stays. Throws std::invalid_argument for parameters that cannot be used.
    void update(MappingParameters parameters, MappedFunction function = {});
    /// A paused mapping begins no batch until it is resumed. It is not paused after a restart.
    void pause();
    void resume();
    /// Sends the next batch, or gives it up without sending it, as `next` says. Does so at once, even while
    /// the mapping is paused, and without waiting for a window or a retry. Returns nullopt if there is no
    /// batch; otherwise returns when that is done. Throws MappingInError if it cannot find out whether there
    /// is a batch, or cannot save the batch's result.
    std::optional<Invocation> step(NextBatch next = NextBatch::is_sent);
    MappingHistory history(std::uint64_t after = 0) { return journal_.history(after); }
    /// Sends every record of a range of the stream again, in batches, and leaves the mapping's place alone.
    /// Returns when that is done.
    Resending replay(SequenceRange range, const std::stop_token& given_up = {});
    /// Sends each given-up batch that has records of the range once more. Those that succeed no longer count
    /// as given up. Once nobody waits for the answer (`given_up`), this and replay() end after the batch
    /// under way.
    Resending redrive(const std::stop_token& given_up = {}, SequenceRange range = every_record);

    /// Begins no further batch. Does not wait.
    void begin_stop() noexcept;
    /// Stops after the batches in flight, and then erases what is kept of the mapping if that is wanted.
    void stop(Kept kept = Kept::state);
    /// If the function is being called, or if that cannot be known without waiting, returns the name that the
    /// mapping was created with; otherwise returns an empty string. Does not wait.
    std::string call_under_way() const;

    /// The shards that this process runs, in a database that several share.
    ShardHold& shards() { return shards_; }

  private:
    /// What is made from parameters.
    struct Plan {
        DeliveryRules rules;
        std::shared_ptr<FailureDestination> destination;
    };
    struct Change {
        Plan plan;
        MappedFunction function;
    };
    Plan plan_for(const MappingParameters& parameters) const;

    void call_thread(std::unique_lock<std::mutex>& lock);
    bool work();
    template <typename Work>
    bool attempt(std::unique_lock<std::mutex>& lock, MappingPart part, Work work);
    template <typename Work>
    bool attempt_since(std::size_t failures, std::unique_lock<std::mutex>& lock, MappingPart part, Work work);
    void announce(std::unique_lock<std::mutex>& lock, const std::string& text);
    std::string name_now() const;
    std::string name_with(const std::string& function_arn) const;
    void open(std::unique_lock<std::mutex>& lock);
    Checkpoint save_beginning();
    bool repair(std::unique_lock<std::mutex>& lock);
    bool keep_place(std::unique_lock<std::mutex>& lock);
    bool keep_place_since(std::size_t failures, std::unique_lock<std::mutex>& lock);
    std::optional<std::chrono::microseconds> time_to_next_work() const;
    bool advance(std::unique_lock<std::mutex>& lock);
    bool is_reading_due(Timestamp now);
    void apply_change();
    bool is_inactive() const;
    bool read(std::unique_lock<std::mutex>& lock);
    void read_source(std::unique_lock<std::mutex>& lock);
    std::optional<Invocation> perform(std::unique_lock<std::mutex>& lock, LaneTask begun);
    bool discard(const Discard& discard, const LaneTask& task, const std::string& reason);
    void report_failed_call(const Invocation& invocation, const Verdict& verdict);
    void report_missing_stand_in();
    void report_source(const SourceState& source);
    FailureReports::Subject subject() const;
    bool is_shared() const { return parts_.engine.database().lease() != nullptr; }
    bool has_leases() const;
    void begin_anew();
    bool follow_leases(std::unique_lock<std::mutex>& lock);
    void leave_shards();
    void hold_shards(std::unique_lock<std::mutex>& lock);
    std::optional<table::OwnLease> lease_of(const std::string& shard_id) const;
    void lose(const std::string& shard_id, std::uint64_t fence);
    /// Runs what saves a checkpoint. If that fails, notes that the checkpoint is not saved.
    void note_failure_of(const std::function<void()>& save);
    void save_checkpoint();
    void save_shards();
    void note_progress();
    Progress progress_here(std::uint64_t sequence, Awaited awaited);
    Progress progress_elsewhere(std::uint64_t sequence, Awaited awaited);
    void show_elsewhere(MappingStatus& status, Checkpoint& reached);
    bool waits_for_clock() const;
    bool is_trying_again() const;
    bool may_be_at_database() const;
    bool has_call_to_make(Timestamp now) const;
    std::optional<Timestamp> next_due(Timestamp now) const;
    MappingState state() const;
    Resender::Target target() const;

    const Parts parts_;
    const MappingOptions options_;
    const std::function<void()> on_progress_;
    StreamSource source_;
    MappingJournal journal_;
    Resender resender_;
    FailureReports reports_;

    mutable std::mutex mutex_;
    /// Wakes the callers of step().
    std::condition_variable changed_;
    bool stopping_ = false;
    bool is_paused_ = false;
    bool is_reading_ = false;
    /// True if the place has been loaded. Nothing is read or saved before that.
    bool is_open_ = false;
    /// True if the results of all batches are in the checkpoint.
    bool is_saved_ = true;
    MappingFault fault_;
    /// Where a mapping with LATEST begins if it has no place yet.
    std::optional<std::uint64_t> begins_after_;
    std::size_t in_flight_ = 0;
    /// The number of settled batches whose checkpoint is not saved yet.
    std::size_t unsaved_ = 0;
    std::uint64_t done_up_to_ = 0;
    MappedFunction function_;
    std::shared_ptr<FailureDestination> destination_;
    std::unique_ptr<StreamCursors> cursors_;
    /// Is applied as soon as nothing is in flight.
    std::optional<Change> change_;
    MappingParameters parameters_;
    ShardHold shards_;
    /// The last member: its threads use all others.
    MappingThreads threads_;
};

}  // namespace tailrace::stream
