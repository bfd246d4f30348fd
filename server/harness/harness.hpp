#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/model/clock.hpp"
#include "engine/model/read_lags.hpp"
#include "engine/operation/engine.hpp"
#include "engine/operation/faults/fault_script.hpp"
#include "engine/operation/throughput/throughput.hpp"
#include "server/harness/test_function.hpp"
#include "server/process/log.hpp"
#include "server/settle/barrier.hpp"
#include "server/tailrace.hpp"
#include "stream/dispatcher.hpp"

namespace tailrace::harness {

class ServedHarness;

struct HarnessOptions {
    /// 2026-01-31T12:00:00Z. The clock stays there until the test moves it.
    Timestamp start{std::chrono::seconds(1769860800)};
    /// The database file; empty for tables in memory.
    std::string db_path = {};
    /// How many shards a new stream begins with.
    std::size_t shards = 1;
    /// The URLs and files that stand in for the ARNs of OnFailure destinations.
    stream::DestinationMap destinations = {};
    /// The caches beside the tables.
    server::CacheOptions caches = {};
    /// With 0, failed batches are retried at once. Any other wait is measured by the harness's clock.
    std::chrono::milliseconds first_retry_wait{0};
    /// How long a table is CREATING, UPDATING or DELETING, on the harness's clock.
    std::chrono::milliseconds table_delay{0};
};

/// A whole Tailrace inside a test: tables, streams, functions in C++ and the mappings between them, on a
/// clock that the test moves. Requests need no socket; serve() opens one for clients that do. Thread-safe.
/// Functions may write through call().
class Harness {
  public:
    explicit Harness(const HarnessOptions& options = {});
    /// Ends the function calls under way, as far as they can be ended, and waits for the others.
    ~Harness();
    Harness(const Harness&) = delete;
    Harness& operator=(const Harness&) = delete;

    /// Runs an operation of DynamoDB's API ("PutItem") with its request as JSON. Throws ApiError.
    boost::json::object call(std::string_view operation, std::string_view request_json);
    /// Creates a table with a partition key of type S, a sort key of type S if one is named, and a stream
    /// with both images.
    void create_table(const std::string& name, const std::string& partition_key,
                      const std::string& sort_key = {});

    /// Adds a function. Without a body it succeeds with every batch. Throws std::invalid_argument if the name
    /// is taken.
    void add_function(const std::string& name, FunctionBody body = {});
    /// Attaches a function to a table, which need not exist yet, and returns the mapping's id.
    std::string map(const std::string& table, const std::string& function,
                    stream::MappingParameters parameters = {});

    /// Waits until the functions have been called with everything that was written before. If that takes
    /// longer than `at_most`, throws std::runtime_error that names the stuck mappings.
    void drain(std::chrono::milliseconds at_most = std::chrono::seconds(30));
    /// Waits until nothing is left to do; see server::Barrier. If the time is up before that, or if only a
    /// clock that may not be moved could end the wait, throws std::runtime_error that names what is stuck.
    server::SettleResult settle(const server::SettleRequest& request = {});

    /// Lets eventually consistent reads, and reads of global indexes, show what was there a while ago on the
    /// harness's clock; `{}` ends that. What was written before this call or before a settle() is seen
    /// immediately.
    void lag(ReadLags lags);
    /// Limits the throughput of tables from now on, replaces all earlier limits, and fills the buckets. With
    /// one empty setting, `{{}}`, each table has the throughput that it is defined with. `{}` ends all
    /// limits. Used units come back when the clock is moved. See operation::Throughput for more.
    void throttle(std::vector<operation::ThrottleSetting> settings);

    /// Returns the batches that a function was called with, in order, including failed calls. Throws
    /// std::invalid_argument if add_function() has not added the function.
    std::vector<stream::EventBatch> batches(const std::string& function) const;
    /// Returns the records of all those batches, as in the Streams API, without eventSourceARN.
    std::vector<boost::json::object> records(const std::string& function) const;

    /// The last requests to DynamoDB's API, oldest first, including those that functions send and those over
    /// HTTP.
    std::vector<server::LoggedRequest> requests(const server::RequestFilter& filter = {}) const {
        return tailrace_.request_log().requests(filter);
    }

    /// Returns a harness in memory with a copy of everything: tables, streams, mappings with their
    /// checkpoints, caches without their values, and the time. After that, neither sees what changes in the
    /// other. Functions have the same bodies, but each harness records its own calls. A body that takes a
    /// Harness gets the one in which it is called.
    std::unique_ptr<Harness> fork();

    /// Answers HTTP requests from now on, on a free port of 127.0.0.1. Returns the endpoint's URL.
    std::string serve();

    ManualClock& clock() { return clock_; }
    Engine& engine() { return tailrace_.engine(); }
    /// The faults that calls and functions meet.
    operation::FaultScript& faults() { return engine().faults(); }
    stream::Dispatcher& mappings() { return tailrace_.dispatcher(); }
    /// The rest: functions(), caches(), request_log(), and contents() to keep a snapshot, to go back to it,
    /// or to remove everything. Functions keep the batches that they were called with.
    server::Tailrace& tailrace() { return tailrace_; }

  private:
    Harness(const HarnessOptions& options, server::Snapshot content);

    const TestFunction& function(const std::string& name) const;

    const HarnessOptions options_;
    ManualClock clock_;
    const server::Log log_;
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<TestFunction>> test_functions_;
    server::Tailrace tailrace_;
    std::unique_ptr<ServedHarness> served_;
};

}  // namespace tailrace::harness
