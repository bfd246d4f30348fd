#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/operation/engine.hpp"
#include "stream/mapping/event_source_mapping.hpp"
#include "stream/mapping/failure/failure_destination.hpp"

namespace tailrace::stream {

/// There is no event source mapping with that id.
class UnknownMapping : public std::invalid_argument {
  public:
    using std::invalid_argument::invalid_argument;
};

struct DispatcherOptions {
    /// What stands in for the ARNs that mappings name as their OnFailure destination.
    DestinationMap destinations = {};
    /// Is told when a mapping is in error, and when it works again.
    MappingLog log = {};
    /// Is told of what fails and of what is given up; of mappings that nothing calls; and of destinations
    /// that cannot be reached.
    WarningLog warn = {};
    /// Whether the engine's clock stands still until it is told to move.
    bool clock_stands_still = false;
};

/// All event source mappings of an engine. Everything may be called from any thread but a handler's own; what
/// takes an id throws UnknownMapping when there is no mapping with it.
class Dispatcher final : public CommitObserver, public ClockObserver {
  public:
    /// The engine outlives the dispatcher.
    explicit Dispatcher(Engine& engine, DispatcherOptions options = {});
    /// Stops every mapping after its batches in flight.
    ~Dispatcher() override;

    /// Attaches a handler and returns the mapping's id. Throws UnknownHandler, and std::invalid_argument when
    /// the mapping is there already or a parameter cannot be used.
    std::string add(MappingOptions options);
    std::string add(MappingOptions options, std::shared_ptr<Handler> handler);
    /// Stops a mapping after its batches in flight and forgets its place.
    void remove(std::string_view id);
    /// Forgets the place of a mapping that reads one stream and is not here: one that could not be added.
    void forget(std::string_view id);
    /// Throws std::invalid_argument where add() or update() would for these parameters; changes nothing.
    void check(const MappingParameters& parameters) const;
    /// Gives a mapping other parameters, and another function where `handler` is not null, from its next
    /// batch on. The starting position stays.
    void update(std::string_view id, MappingParameters parameters, MappedFunction function = {});

    std::optional<MappingStatus> find(std::string_view id);
    std::vector<MappingStatus> statuses();

    /// A paused mapping begins no batch until it is resumed; being paused is not kept across a restart.
    void pause(std::string_view id);
    void resume(std::string_view id);
    /// Sends the next batch at once, also while paused and without waiting for a window or a retry, or gives
    /// it up without sending it; returns when it is done. Nothing when there is no batch. Throws
    /// MappingInError when there may be one that cannot be got at, or what came of it cannot be kept.
    std::optional<Invocation> step(std::string_view id, NextBatch next = NextBatch::is_sent);

    MappingHistory history(std::string_view id);
    /// Sends every record of the stream from one number to the other again, both included, in batches, and
    /// leaves the mapping's place alone. Returns when that is done.
    Resending replay(std::string_view id, SequenceRange range, const std::stop_token& given_up = {});
    /// Sends the batches that were given up again, each once; those that succeed are no longer given up. This
    /// and replay() end after the batch under way when they are given up.
    Resending redrive(std::string_view id, const std::stop_token& given_up = {});

    void on_commit() noexcept override;
    void on_clock_moved() noexcept override;

    /// Waits until every mapping that is not disabled has handled every change that was committed before the
    /// call, and until no replay or redrive is under way. Returns the names of the mappings that had not when
    /// the time was up, the wait was given up, or all that had not are held up (see Progress): none when all
    /// is well.
    std::vector<std::string> drain(std::chrono::milliseconds at_most, const std::stop_token& given_up = {});

    /// Tells every mapping to begin no batch any more, and waits for nothing.
    void begin_stop() noexcept;
    /// Stops every mapping after its batches in flight. Nothing but begin_stop() and calls_under_way() may be
    /// called meanwhile and after it.
    void stop();
    /// The names of the mappings whose function is being called. Waits for nothing.
    std::vector<std::string> calls_under_way();

  private:
    /// Null when there is none.
    std::shared_ptr<EventSourceMapping> find_mapping(std::string_view id);
    std::shared_ptr<EventSourceMapping> mapping(std::string_view id);
    std::vector<std::shared_ptr<EventSourceMapping>> all();
    /// The mappings that have not handled everything up to the number.
    struct Behind {
        std::vector<std::string> names;
        /// Whether waiting is of no use.
        bool all_held_up = true;
    };
    Behind behind(std::uint64_t sequence);
    void note_progress();

    Engine& engine_;
    const DispatcherOptions options_;
    std::mutex progress_mutex_;
    std::condition_variable_any progress_;
    /// Guarded by its own lock, under which no other is taken.
    std::uint64_t progress_count_ = 0;
    /// Mappings are added one after the other. Taken before the lock below, never after it.
    std::mutex add_mutex_;
    std::shared_mutex mutex_;
    /// In the order in which they were added.
    std::vector<std::shared_ptr<EventSourceMapping>> mappings_;
};

}  // namespace tailrace::stream
