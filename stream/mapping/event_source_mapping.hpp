#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/operation/engine.hpp"
#include "stream/mapping/checkpoint.hpp"
#include "stream/mapping/discarded_batches.hpp"
#include "stream/mapping/failure_destination.hpp"
#include "stream/mapping/invocation_history.hpp"
#include "stream/mapping/mapping_options.hpp"
#include "stream/mapping/mapping_status.hpp"
#include "stream/mapping/stream_cursors.hpp"
#include "stream/mapping/stream_source.hpp"

namespace tailrace::stream {

/// Reads a stream in batches and calls one function with them, on threads of its own: one, and others when
/// several lanes have batches at once. Whatever thread has nothing to do reads, or waits for a commit or for
/// the moment at which something is due. What a batch came to is saved before the next batch of its lane, so
/// that a restart repeats at the most what was in flight. Any thread may call anything, but not from within
/// the function: what stops or steps the mapping waits for it.
class EventSourceMapping {
  public:
    /// What a mapping stands on; both outlive it.
    struct Ground {
        Engine& engine;
        const DestinationMap& destinations;
    };

    /// Starts the thread. `on_progress` is called, with no lock held, whenever has_handled() may have become
    /// true for a higher number. The options have an id. Throws std::invalid_argument for parameters that
    /// cannot be used.
    EventSourceMapping(Ground ground, MappingOptions options, std::shared_ptr<Handler> handler,
                       std::function<void()> on_progress);
    /// Stops after the batches in flight.
    ~EventSourceMapping();
    EventSourceMapping(const EventSourceMapping&) = delete;
    EventSourceMapping& operator=(const EventSourceMapping&) = delete;

    const std::string& id() const { return options_.id; }
    std::string name() const;

    /// Something was committed.
    void wake() noexcept;
    /// The clock was moved.
    void look_at_clock() noexcept;
    /// Whether every change up to `sequence` has been handled, or the mapping is held back, paused or
    /// disabled.
    bool has_handled_or_rests(std::uint64_t sequence);
    MappingStatus status();

    /// See Dispatcher for these.
    void update(MappingParameters parameters, MappedFunction function);
    void pause();
    void resume();
    std::optional<Invocation> step();
    std::vector<Invocation> history() const { return history_.all(); }
    Resending replay(std::uint64_t from_sequence, std::uint64_t to_sequence);
    Resending redrive();

    /// Stops, and erases everything that is kept of the mapping.
    void stop_and_forget();

  private:
    /// What parameters come to.
    struct Plan {
        DeliveryRules rules;
        std::shared_ptr<FailureDestination> destination;
    };
    struct Change {
        Plan plan;
        MappedFunction function;
    };
    Plan plan_for(const MappingParameters& parameters) const;
    Checkpoint first_checkpoint();

    void stop();
    void run();
    void wait(std::unique_lock<std::mutex>& lock);
    bool advance(std::unique_lock<std::mutex>& lock);
    bool is_reading_due(Timestamp now);
    void apply_change();
    bool rests() const;
    void read(std::unique_lock<std::mutex>& lock);
    Invocation perform(std::unique_lock<std::mutex>& lock, StreamCursors::Work work);
    void call_for_help();
    void discard(const Discard& discard, const StreamCursors::Work& work);
    void tell(FailureDestination& destination, const Discard& discard);
    void save_checkpoint();
    void note_progress();
    void count(const Invocation& invocation, std::size_t handled);
    MappingState state() const;
    std::shared_ptr<EventBatch> read_again(const DiscardedBatch& discarded);
    void add_accepted(EventBatch& batch, const StreamSource::Page& page);
    Invocation resend(std::shared_ptr<const EventBatch> batch, InvocationCause cause);

    Engine& engine_;
    const DestinationMap& destinations_;
    const MappingOptions options_;
    const std::function<void()> on_progress_;
    StreamSource source_;
    InvocationHistory history_;
    DiscardedBatches discarded_;

    /// Taken before the lock below, never after it.
    std::mutex save_mutex_;
    CheckpointRow checkpoint_;

    mutable std::mutex mutex_;
    std::condition_variable woken_;
    /// For those that step.
    std::condition_variable changed_;
    bool stopping_ = false;
    bool is_paused_ = false;
    bool is_reading_ = false;
    std::size_t idle_threads_ = 0;
    std::size_t in_flight_ = 0;
    /// Batches that were settled and whose checkpoint is not saved yet.
    std::size_t unsaved_ = 0;
    std::uint64_t done_up_to_ = 0;
    MappedFunction function_;
    std::shared_ptr<FailureDestination> destination_;
    std::unique_ptr<StreamCursors> cursors_;
    /// What is to be applied as soon as nothing is in flight.
    std::optional<Change> change_;
    MappingParameters parameters_;
    MappingStatus counts_;
    std::vector<std::thread> threads_;
};

}  // namespace tailrace::stream
