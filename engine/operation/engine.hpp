#pragma once

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/model/time_slice.hpp"
#include "engine/table/store.hpp"

namespace tailrace {

class ApiError;
class Request;
class RequestBody;
namespace table {
class Database;
class SharedCommit;
}  // namespace table
namespace operation {
struct AnswerFault;
class FaultScript;
class ItemUses;
struct Operation;
struct OperationContext;
class Throughput;
}  // namespace operation

/// The sender of a request according to its credential scope; empty if the request does not say.
struct Caller {
    std::string access_key_id;
    std::string region;
    /// The host, with its port, to which the request was sent.
    std::string host = {};
    /// The function that sent the request, see function_mark(); 0 if the request does not say.
    std::uint32_t function = 0;
};

/// Notified of commits. This is all that the engine knows of streams and handlers.
class CommitObserver {
  public:
    virtual ~CommitObserver() = default;
    /// Called after every commit that wrote change records or changed a table, with no lock held, on the
    /// thread that wrote. Must return quickly: it only wakes another thread and does no work itself.
    virtual void on_commit() noexcept = 0;
};

/// What a request has cost. Zero for a request that failed.
struct RequestCost {
    double capacity_units = 0;
    std::size_t items_read = 0;
    std::size_t items_returned = 0;
    std::size_t items_written = 0;
    /// The tables that a statement names, separated by commas; empty if the request itself names them.
    std::string tables = {};

    void add_table(std::string_view name) { tables.append(tables.empty() ? "" : ",").append(name); }
};

/// A request that has been carried out. Valid only during the call that receives it.
struct RequestReport {
    /// In static storage.
    std::string_view operation;
    /// It lacks items that were read separately, unless somebody watches items; see RequestBody.
    const boost::json::object& request;
    /// As in Caller.
    std::uint32_t function = 0;
    std::chrono::steady_clock::time_point began = {};
    int status = 200;
    /// "ValidationException"; empty for a success.
    std::string_view error = {};
    RequestCost cost = {};
    /// The body of the answer; empty for an error.
    std::string_view answer = {};
    /// Null for a success, and for an error that is not DynamoDB's.
    const ApiError* failure = nullptr;
    /// The items that were used. Null unless Engine::watch_items() asked for it.
    const operation::ItemUses* uses = nullptr;
};

/// Notified of requests.
class RequestObserver {
  public:
    virtual ~RequestObserver() = default;
    /// Called on the thread of the request, with no lock held, before its caller has the answer.
    virtual void on_request(const RequestReport& report) noexcept = 0;
};

/// What the engine's caller has to do with an answer before it is sent. The engine always assigns the object
/// that each member points to, even if execute() throws. Null means that there is nothing to do.
struct AnswerSlots {
    /// What a scripted fault does to the answer. The caller leaves the member null if the answer is not sent
    /// over a connection; an answer that the fault would lose then becomes an error.
    std::unique_ptr<const operation::AnswerFault>* fault = nullptr;
    /// The commit for which the answer has to wait; see table::SharedCommit. The caller leaves the member
    /// null if it cannot wait.
    std::shared_ptr<table::SharedCommit>* commit = nullptr;
};

struct EngineOptions {
    /// Twelve digits; part of every ARN.
    std::string account_id = "000000000000";
    /// The region in the ARNs of tables whose creator did not name one.
    std::string region = "us-east-1";
    /// The number of shards in a new stream; at least 1.
    std::size_t shards = 1;
    /// How long a table is shown as CREATING, UPDATING or DELETING. The change itself happens immediately.
    std::chrono::milliseconds table_delay{0};
    /// How long a transaction holds the items it wrote, so that other writes conflict with it.
    std::chrono::milliseconds transaction_duration{0};
    /// True if the throughput of all tables is limited from the beginning; see operation::Throughput.
    bool throttles = false;
    /// True if provisioned throughput can be decreased only as often as on AWS.
    bool limits_decreases = false;
    /// True if several threads send requests. GetItem, Query and Scan then run at the same time as each other
    /// and as a write; see table::Database::read_rows().
    bool reads_beside = false;
    /// The limits on work that grows with a table: how much is done in one go, while requests wait.
    SliceLimits slice = {};
};

/// One namespace of tables in one store: the only interface for HTTP, tests, handlers and time to live. May
/// be called from any thread. A handler that runs after a commit uses the same interface.
class Engine {
  public:
    /// `more` are operations of higher layers, in addition to those of the operation layer; they must outlive
    /// the engine. The constructor finishes what an earlier process left unfinished, such as filling an
    /// index.
    Engine(EngineOptions options, std::unique_ptr<table::Store> store, const Clock& clock,
           std::span<const operation::Operation> more = {});
    ~Engine();

    /// The operation with that name ("PutItem"), or null.
    const operation::Operation* find(std::string_view operation) const;

    /// The names of all operations.
    std::vector<std::string_view> operation_names() const;

    /// True if the operation may visit all items of a large table. It then works in slices and lets other
    /// requests go first between them, so it occupies its thread for a long time.
    bool may_take_long(std::string_view operation);
    /// A quick test, made for every request before may_take_long(). Returns true if `text` ends in the same
    /// letter as the name of an operation that may take long.
    bool may_name_long_operation(std::string_view text) const {
        return !text.empty() && (last_letters_of_long_ & letter_bit(text.back())) != 0;
    }

    /// Carries out one operation and returns the response body, a JSON object. Throws ApiError for every
    /// error response.
    std::string execute(const operation::Operation& operation, RequestBody& body, const Caller& caller = {},
                        AnswerSlots slots = {});
    std::string execute(const operation::Operation& operation, const boost::json::object& request,
                        const Caller& caller = {}, AnswerSlots slots = {});
    /// The same for an operation given by name. Throws exceptions::unknown_operation if there is none.
    std::string execute(std::string_view operation, const boost::json::object& request,
                        const Caller& caller = {});

    /// Uses this store from now on, as if the engine had been created with it; see
    /// table::Database::replace().
    void replace(std::unique_ptr<table::Store> store);
    /// The same, but copies the rows into the store that the engine has.
    void replace_rows(table::Store& source);

    /// The observer must outlive the engine, or be replaced by null before it is destroyed.
    void set_commit_observer(CommitObserver* observer);
    /// The same for requests. Must not be called while requests are carried out.
    void set_request_observer(RequestObserver* observer) { request_observer_ = observer; }

    /// Sets an observer that is called after the other one. Every access to an item is recorded for it, which
    /// makes requests a little slower. Null for none. May be called while requests are carried out; the
    /// observer must outlive them.
    void watch_items(RequestObserver* watcher) { watcher_.store(watcher, std::memory_order_release); }

    /// The tables and streams themselves, for the stream layer: it reads the change log and stores its
    /// checkpoints there.
    table::Database& database();
    /// The faults that a test has scripted for requests.
    operation::FaultScript& faults() { return *faults_; }
    /// Knows how much throughput is left to the tables, if a test or an option limits it.
    operation::Throughput& throughput() { return *throughput_; }
    const Clock& clock() const { return clock_; }
    const EngineOptions& options() const { return options_; }

  private:
    /// Tells the observers of a request.
    void tell(const RequestReport& report, RequestObserver* watcher) const noexcept {
        request_observer_->on_request(report);
        if (watcher != nullptr) watcher->on_request(report);
    }
    /// A different bit for each letter, ignoring case.
    static constexpr std::uint32_t letter_bit(char letter) {
        return std::uint32_t{1} << (static_cast<unsigned char>(letter) % 32);
    }
    std::string run(const operation::Operation& operation, operation::OperationContext& context,
                    AnswerSlots slots);
    /// The same with faults, limits of throughput, or both.
    std::string run_guarded(const operation::Operation& operation, const Request& request,
                            operation::OperationContext& context, AnswerSlots slots);

    EngineOptions options_;
    const Clock& clock_;
    std::unique_ptr<table::Database> database_;
    RequestObserver* request_observer_ = nullptr;
    std::atomic<RequestObserver*> watcher_ = nullptr;
    std::unique_ptr<operation::FaultScript> faults_;
    std::unique_ptr<operation::Throughput> throughput_;
    std::span<const operation::Operation> more_;
    /// The bits of the last letters of the operations that may take long.
    std::uint32_t last_letters_of_long_ = 0;
};

}  // namespace tailrace
