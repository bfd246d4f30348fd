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
#include "engine/operation/engine.hpp"
#include "server/harness/test_function.hpp"
#include "server/process/log.hpp"
#include "server/tailrace.hpp"
#include "stream/dispatcher.hpp"
#include "stream/function_registry.hpp"

namespace tailrace::harness {

class ServedHarness;

struct HarnessOptions {
    /// 2026-01-31T12:00:00Z; the clock stands there until the test moves it.
    Timestamp start{std::chrono::seconds(1769860800)};
    /// The database file; empty for one in memory.
    std::string db_path = {};
    /// How many shards a new stream begins with.
    std::size_t shards = 1;
    /// What stands in for the ARNs of OnFailure destinations: URLs and files.
    stream::DestinationMap destinations = {};
    /// The caches beside the tables.
    server::CacheOptions caches = {};
    /// Nothing lets failed batches be tried again at once; anything else passes on the harness's clock.
    std::chrono::milliseconds first_retry_wait{0};
};

/// A whole Tailrace inside a test: tables, streams, functions in C++ and the mappings between them, on a
/// clock that the test moves. Requests need no socket; serve() opens one for clients that do. Thread-safe.
/// Functions may write through call().
class Harness {
  public:
    explicit Harness(const HarnessOptions& options = {});
    /// Ends the calls of functions that are under way as far as they can be ended, and waits for the others.
    ~Harness();
    Harness(const Harness&) = delete;
    Harness& operator=(const Harness&) = delete;

    /// Carries out an operation of DynamoDB's API ("PutItem") with its request, JSON. Throws ApiError.
    boost::json::object call(std::string_view operation, std::string_view request_json);
    /// Makes a table with a partition key of type S, a sort key of type S where it is named, and a stream
    /// with both images.
    void create_table(const std::string& name, const std::string& partition_key,
                      const std::string& sort_key = {});

    /// Adds a function; one without a body succeeds with everything. Throws std::invalid_argument when the
    /// name is taken.
    void add_function(const std::string& name, FunctionBody body = succeed);
    /// Attaches a function to a table, whether the table is there yet or not, and returns the mapping's id.
    std::string map(const std::string& table, const std::string& function,
                    stream::MappingParameters parameters = {});

    /// Waits until the functions have been called with everything that was written before. Throws
    /// std::runtime_error with the mappings that are stuck when that takes longer.
    void drain(std::chrono::milliseconds at_most = std::chrono::seconds(30));

    /// What a function was called with, in order, failed calls included. Throws std::invalid_argument for a
    /// function that add_function() has not added.
    std::vector<stream::EventBatch> batches(const std::string& function) const;
    /// The records of all those batches, as Lambda's event has them but without eventSourceARN.
    std::vector<boost::json::object> records(const std::string& function) const;

    /// Answers HTTP requests from here on, on a free port of 127.0.0.1; returns the endpoint's URL.
    std::string serve();

    ManualClock& clock() { return clock_; }
    Engine& engine() { return tailrace_.engine(); }
    stream::Dispatcher& mappings() { return tailrace_.dispatcher(); }
    stream::FunctionRegistry& functions() { return tailrace_.functions(); }
    server::Caches& caches() { return tailrace_.caches(); }

    static stream::HandlerResult succeed(const stream::EventBatch&) { return {}; }

  private:
    const TestFunction& function(const std::string& name) const;

    ManualClock clock_;
    const server::Log log_;
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<TestFunction>> test_functions_;
    server::Tailrace tailrace_;
    std::unique_ptr<ServedHarness> served_;
};

}  // namespace tailrace::harness
