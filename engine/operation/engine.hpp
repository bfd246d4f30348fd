#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/model/clock.hpp"
#include "engine/model/time_slice.hpp"
#include "engine/table/store.hpp"

namespace tailrace {

namespace table {
class Database;
}
namespace operation {
struct Operation;
}

/// Who sends a request, as its credential scope says; empty where the request names nothing.
struct Caller {
    std::string access_key_id;
    std::string region;
    /// The host, with its port, that the request was sent to.
    std::string host = {};
};

/// What an engine is told of commits: all that the engine knows of streams and handlers.
class CommitObserver {
  public:
    virtual ~CommitObserver() = default;
    /// Called after every commit that wrote change records or changed a table, with no lock held, from the
    /// thread that wrote. Must return quickly: it wakes, it does not work.
    virtual void on_commit() noexcept = 0;
};

struct EngineOptions {
    /// Twelve digits; part of every ARN.
    std::string account_id = "000000000000";
    /// The region in the ARNs of tables whose creator named none.
    std::string region = "us-east-1";
    /// How many shards a new stream begins with; at least 1.
    std::size_t shards = 1;
    /// How long a table is shown as CREATING, UPDATING or DELETING. The change itself is done at once.
    std::chrono::milliseconds table_delay{0};
    /// How long a transaction keeps the items it wrote, so that other writes meet it.
    std::chrono::milliseconds transaction_duration{0};
    /// How much of the work that grows with a table is done at once, while requests wait.
    SliceLimits slice = {};
};

/// One namespace of tables over one store: the one door for HTTP, tests, handlers and time to live.
/// May be called from any thread; a handler that runs after a commit calls the same door.
class Engine {
  public:
    /// `more` are operations of layers above this one, beside those of the operation layer; they outlive the
    /// engine. What an earlier process was in the middle of, as filling an index, is finished here.
    Engine(EngineOptions options, std::unique_ptr<table::Store> store, const Clock& clock,
           std::span<const operation::Operation> more = {});
    ~Engine();

    /// The operation of that name ("PutItem"), or null.
    const operation::Operation* find(std::string_view operation) const;

    /// Whether the operation may go over all items of a large table: it lets other requests go first again
    /// and again, and so takes its time on the thread that carries it out.
    bool may_take_long(std::string_view operation);

    /// Carries out one operation and returns the response body, a JSON object. Throws ApiError for every
    /// answer that is an error.
    std::string execute(const operation::Operation& operation, const boost::json::object& request,
                        const Caller& caller = {});
    /// The same for an operation by its name. Throws ApiError::unknown_operation() when there is none.
    std::string execute(std::string_view operation, const boost::json::object& request,
                        const Caller& caller = {});

    /// The observer outlives the engine or is replaced by null before it goes.
    void set_commit_observer(CommitObserver* observer);

    /// The tables and streams themselves, for the stream layer, which reads the change log and keeps its
    /// checkpoints there.
    table::Database& database();
    const Clock& clock() const { return clock_; }
    const EngineOptions& options() const { return options_; }

  private:
    EngineOptions options_;
    const Clock& clock_;
    std::unique_ptr<table::Database> database_;
    std::span<const operation::Operation> more_;
};

}  // namespace tailrace
