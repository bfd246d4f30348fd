#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "engine/model/clock.hpp"
#include "engine/operation/engine.hpp"
#include "engine/table/store.hpp"
#include "server/cache/caches.hpp"
#include "server/lambda/mapping_service.hpp"
#include "server/options/on_stream.hpp"
#include "server/process/log.hpp"
#include "server/process/time_to_live_sweeper.hpp"
#include "server/web/router.hpp"
#include "stream/dispatcher.hpp"
#include "stream/function_registry.hpp"

namespace tailrace::server {

struct TailraceOptions {
    EngineOptions engine = {};
    /// The database file; empty for one in memory.
    std::string db_path = {};
    /// What of the file outlives a power cut.
    table::Durability durability = table::Durability::normal;
    /// What stands in for the ARNs of OnFailure destinations: URLs and files.
    stream::DestinationMap destinations = {};
    /// How long a call of a function may take.
    std::chrono::milliseconds function_timeout = std::chrono::seconds(30);
    /// What functions sign requests with; see stream::HandlerContext.
    std::string access_key_id = "local";
    /// How long a mapping of map() waits before it tries a failed batch again.
    std::chrono::milliseconds first_retry_wait{100};
    /// How often expired items are looked for; zero for never.
    std::chrono::seconds time_to_live_interval{0};
    /// The caches beside the tables, and the token that they ask for; empty for any.
    CacheOptions caches = {};
    std::string cache_token = {};
    /// The clock once more where requests may move it; null where they may not.
    ManualClock* movable_clock = nullptr;
};

/// The running program for one namespace: its tables, its functions, the event source mappings between them,
/// and what removes the items whose time to live is over. Everything but add_endpoints() may be called from
/// any thread.
class Tailrace {
  public:
    /// Opens the tables. The clock and the log outlive it. Throws StorageError.
    Tailrace(TailraceOptions options, const Clock& clock, const Log& log);
    /// As stop().
    ~Tailrace();
    Tailrace(const Tailrace&) = delete;
    Tailrace& operator=(const Tailrace&) = delete;

    /// Adds what it answers besides DynamoDB's API, and outlives the router.
    void add_endpoints(Router& router);

    /// Attaches a function to a table, whether the table is there yet or not, and returns the mapping's id.
    /// Throws UnknownHandler, and std::invalid_argument when the mapping is there already or a parameter
    /// cannot be used.
    std::string map(const OnStream& wanted);
    /// Starts the mappings that the database keeps, for which their functions have to be there. The log tells
    /// of those that rest.
    void restore_mappings();

    /// Tells every mapping to begin no batch any more, and waits for nothing.
    void begin_stop() noexcept { dispatcher_.begin_stop(); }
    /// Ends the calls of functions that are under way, as far as they can be ended.
    void stop_functions() noexcept { functions_.stop(); }
    /// Both, and waits for the calls. Nothing but the functions above and calls_under_way() of dispatcher()
    /// may be called meanwhile and after it.
    void stop();

    Engine& engine() { return *engine_; }
    stream::FunctionRegistry& functions() { return functions_; }
    stream::Dispatcher& dispatcher() { return dispatcher_; }
    Caches& caches() { return caches_; }

  private:
    const TailraceOptions options_;
    const Log& log_;
    const std::unique_ptr<Engine> engine_;
    Caches caches_;
    stream::FunctionRegistry functions_;
    stream::Dispatcher dispatcher_;
    MappingService mappings_;
    TimeToLiveSweeper sweeper_;
};

}  // namespace tailrace::server
