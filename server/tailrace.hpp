#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "engine/model/clock.hpp"
#include "engine/operation/engine.hpp"
#include "engine/table/store.hpp"
#include "server/advice/adviser.hpp"
#include "server/cache/caches.hpp"
#include "server/cognito/user_pools.hpp"
#include "server/contents.hpp"
#include "server/functions/uploaded_functions.hpp"
#include "server/lambda/mapping_service.hpp"
#include "server/mcp/tool.hpp"
#include "server/options/on_stream.hpp"
#include "server/process/log.hpp"
#include "server/process/time_to_live_sweeper.hpp"
#include "server/requests/request_log.hpp"
#include "server/settle/barrier.hpp"
#include "server/web/router.hpp"
#include "stream/dispatcher.hpp"
#include "stream/function_registry.hpp"

namespace tailrace::server {

class Tailrace;

struct TailraceOptions {
    EngineOptions engine = {};
    table::StoreLocation store_location = {};
    /// True if the store must already exist. It is then not created.
    bool store_must_exist = false;
    /// Which commits to the file survive a power cut.
    table::Durability durability = table::Durability::normal;
    /// The limit on the pages of tables in memory; null for none.
    std::shared_ptr<table::PageBudget> page_budget = nullptr;
    /// The URLs and files that stand in for the ARNs of OnFailure destinations.
    stream::DestinationMap destinations = {};
    /// The time limit of a function's call.
    std::chrono::milliseconds function_timeout = std::chrono::seconds(30);
    /// The maximum number of processes of functions at a time.
    std::size_t function_processes = stream::FunctionProcesses::default_limit;
    /// What functions sign requests with.
    stream::FunctionCredentials function_credentials = {};
    /// For the code that requests upload; null if they cannot.
    std::shared_ptr<CodeFolders> code_folders = nullptr;
    /// How long a mapping of map() waits before it retries a failed batch.
    std::chrono::milliseconds first_retry_wait{100};
    /// How often to look for expired items; zero means never.
    std::chrono::seconds time_to_live_interval{0};
    /// What agents may do through /_tailrace/mcp.
    ToolAccess tool_access = ToolAccess::reading;
    /// The caches beside the tables, and the token that they require. If it is empty, any token will do.
    CacheOptions caches = {};
    std::string cache_token = {};
    /// The same clock if requests may move it, else null.
    ManualClock* movable_clock = nullptr;
    /// When the server was started, by the machine's clock.
    Timestamp server_start = SystemClock().now();
    /// Another Tailrace, whose threads and places for processes the new Tailrace shares. It must outlive the
    /// new one, and somebody else must call the new one's sweeper. If null, the new Tailrace has threads and
    /// places of its own.
    Tailrace* beside = nullptr;
    /// True if the adviser begins at once.
    bool advises = false;
    /// Adds the users and the tables that it begins with; empty for none.
    std::function<void(UserPools&)> add_users = {};
    std::function<void(Engine&)> add_tables = {};
};

/// The running program for one namespace: its tables, its functions, the event source mappings between them,
/// and the sweeper that removes expired items. Everything but add_endpoints() may be called from any thread.
class Tailrace {
  public:
    /// Opens the tables, in the given store if there is one. The clock and the log must outlive this object.
    /// Throws StorageError.
    Tailrace(TailraceOptions options, const Clock& clock, const Log& log,
             std::unique_ptr<table::Store> store = nullptr);
    /// Calls stop().
    ~Tailrace();
    Tailrace(const Tailrace&) = delete;
    Tailrace& operator=(const Tailrace&) = delete;

    /// Adds the endpoints of everything besides DynamoDB's API. This object must outlive the router. Returns
    /// the mount of /_tailrace, for the endpoints of the server itself.
    Mount& add_endpoints(Router& router);

    /// Attaches a function to a table, which need not exist yet, and returns the mapping's id. Throws
    /// UnknownHandler, or std::invalid_argument if the mapping already exists or a parameter cannot be used.
    std::string map(const OnStream& wanted);
    /// Starts the mappings that the database keeps. Add their functions first. Logs which of them cannot be
    /// started. If other processes use the database, takes part in running all mappings from now on.
    void restore_mappings();

    /// Tells every mapping to begin no further batch. Does not wait.
    void begin_stop() noexcept { dispatcher_.begin_stop(); }
    /// Ends the function calls under way, as far as they can be ended, and tells their callers the reason.
    void stop_functions(stream::StopReason reason = stream::server_is_stopping) noexcept {
        functions().stop(reason);
    }
    /// Gives up what takes memory and can be made again: the connection to the tables in memory, caches, and
    /// the processes of functions that have no call. Nothing is lost, and everything goes on working.
    void rest();
    /// Stops mappings and functions and waits for the calls. During this call and after it, only the
    /// functions above and calls_under_way() of dispatcher() may be called.
    void stop();

    Engine& engine() { return *engine_; }
    stream::FunctionRegistry& functions() { return functions_.registry(); }
    stream::Dispatcher& dispatcher() { return dispatcher_; }
    Caches& caches() { return caches_; }
    UserPools& user_pools() { return user_pools_; }
    Barrier& barrier() { return barrier_; }
    RequestLog& request_log() { return watchers_.log; }
    const RequestLog& request_log() const { return watchers_.log; }
    TimeToLiveSweeper& sweeper() { return sweeper_; }
    /// Everything that requests have put into it.
    Contents& contents() { return contents_; }
    const TailraceOptions& options() const { return options_; }

  private:
    /// What sees the requests.
    struct Watchers {
        RequestLog log;
        Adviser adviser;
    };

    void sweep_after_move();
    std::string start_mapping(const OnStream& wanted);
    Contents::Parts parts();
    /// False if other processes use the database and this one has not begun to take part.
    bool may_run_mappings() const;
    Mount::Refusal refusal_beside_main() const;

    const TailraceOptions options_;
    const Log& log_;
    const std::unique_ptr<Engine> engine_;
    Watchers watchers_;
    Caches caches_;
    UserPools user_pools_;
    UploadedFunctions functions_;
    stream::Dispatcher dispatcher_;
    MappingService mappings_;
    Contents contents_;
    TimeToLiveSweeper sweeper_;
    Barrier barrier_;
};

}  // namespace tailrace::server
