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
#include "stream/mapping/dispatch_threads.hpp"
#include "stream/mapping/event_source_mapping.hpp"
#include "stream/mapping/failure/failure_destination.hpp"

namespace tailrace::stream {

/// No event source mapping has that id.
class UnknownMapping : public std::invalid_argument {
  public:
    using std::invalid_argument::invalid_argument;
};

struct DispatcherOptions {
    /// The URLs and files that stand in for the ARNs that mappings name as their OnFailure destination.
    DestinationMap destinations = {};
    /// Receives a line when a mapping goes into error, and when it works again.
    MappingLog log = {};
    /// Receives warnings about failures, batches that are given up, mappings that have no stream to read, and
    /// destinations that cannot be reached.
    WarningLog warn = {};
    /// True if the engine's clock stands still until a request moves it.
    bool clock_stands_still = false;
    /// The threads that call the functions; they must outlive the dispatcher. If null, the dispatcher makes
    /// threads of its own.
    DispatchThreads* threads = nullptr;
};

/// All event source mappings of an engine. In a database that several processes share, each process has all
/// mappings and runs some of their shards; see ShardSharing. drain() and settle() wait for all shards.
/// Everything may be called from any thread except a handler's own.
class Dispatcher final : public CommitObserver, public ClockObserver {
  public:
    /// The engine must outlive the dispatcher.
    explicit Dispatcher(Engine& engine, DispatcherOptions options = {});
    /// Stops every mapping after its batches in flight.
    ~Dispatcher() override;

    /// Attaches a handler and returns the mapping's id. Throws std::invalid_argument if the mapping already
    /// exists or a parameter cannot be used.
    std::string add(MappingOptions options, std::shared_ptr<Handler> handler);
    /// Stops a mapping after its batches in flight, takes it out of the list and erases its saved state,
    /// unless that is kept. Throws UnknownMapping if no mapping has the id.
    void remove(std::string_view id, Kept kept = Kept::nothing);
    /// Erases the saved state of a mapping that reads a single stream and could not be added, so that it is
    /// not in the list.
    void forget(std::string_view id);
    /// Stops all mappings after their batches in flight and takes them out of the list. Their saved state
    /// stays: mappings that are added again continue from there.
    void detach_all();
    /// Erases the saved state of all mappings. No mapping may be in the list.
    void forget_all();
    /// Throws std::invalid_argument if add() or update() would for these parameters. Changes nothing.
    void check(const MappingParameters& parameters) const;

    /// Returns the mapping with the id, or null if there is none. The dispatcher must outlive it. A mapping
    /// that was removed does nothing any more.
    std::shared_ptr<EventSourceMapping> find(std::string_view id);
    std::vector<MappingStatus> statuses();
    std::vector<std::shared_ptr<EventSourceMapping>> all();

    void on_commit() noexcept override;
    void on_clock_moved() noexcept override;

    /// Waits until every mapping that is not disabled has handled every change that was committed before the
    /// call, and until no replay or redrive is under way. With `table_name`, only for the mappings of that
    /// table. Stops waiting when the time is up, when the wait is given up, or when all unfinished mappings
    /// are held up (see Progress). Returns the names of the unfinished mappings: none if all is well.
    std::vector<std::string> drain(std::chrono::milliseconds at_most, const std::stop_token& given_up = {},
                                   std::string_view table_name = {});
    /// Like drain(), but waits until nothing is left to do: until the mappings have also handled what the
    /// functions write meanwhile, and have made the final call of every tumbling window whose time is up.
    std::vector<std::string> settle(std::chrono::milliseconds at_most, const std::stop_token& given_up = {},
                                    std::string_view table_name = {});
    /// Returns the next time at which a mapping has something to do even if nothing is written; see
    /// EventSourceMapping.
    std::optional<Timestamp> next_due(std::string_view table_name = {});

    /// Tells every mapping to begin no further batch. Does not wait.
    void begin_stop() noexcept;
    /// Stops every mapping after its batches in flight. During this call and after it, only begin_stop() and
    /// calls_under_way() may be called.
    void stop();
    /// Returns the names of the mappings whose function is being called. Does not wait.
    std::vector<std::string> calls_under_way();

    /// The threads that call the functions.
    DispatchThreads& threads() { return threads_; }

  private:
    /// Makes a mapping and puts it into the list.
    std::shared_ptr<EventSourceMapping> make(MappingOptions options, std::shared_ptr<Handler> handler);
    /// The mappings of the table, or all if the name is empty.
    std::vector<std::shared_ptr<EventSourceMapping>> mappings_of(std::string_view table_name);
    struct Wait {
        std::chrono::steady_clock::time_point end;
        const std::stop_token& given_up;
        std::string_view table_name;
        Awaited awaited;
    };
    template <typename Work>
    auto repeat_until_answered(const Wait& wait, Work work);
    std::uint64_t newest_sequence();
    std::vector<std::string> wait(const Wait& wait);
    /// The mappings that have not handled everything up to the number.
    struct Behind {
        std::vector<std::string> names;
        /// True if none of them can continue by itself, so that waiting does not help.
        bool all_held_up = true;
    };
    Behind behind(std::uint64_t sequence, const Wait& wait);
    bool is_shared() const;
    std::uint64_t calls(std::string_view table_name);
    std::string places();
    void note_progress();

    Engine& engine_;
    const DispatcherOptions options_;
    /// Null if the threads are somebody else's.
    const std::unique_ptr<DispatchThreads> own_threads_;
    DispatchThreads& threads_;
    std::mutex progress_mutex_;
    std::condition_variable_any progress_;
    /// Guarded by progress_mutex_, under which no other lock is taken.
    std::uint64_t progress_count_ = 0;
    /// Ensures that mappings are added one at a time. Taken before mutex_, never after it.
    std::mutex add_mutex_;
    std::shared_mutex mutex_;
    /// In the order in which they were added.
    std::vector<std::shared_ptr<EventSourceMapping>> mappings_;
};

}  // namespace tailrace::stream
