#include "server/harness/harness.hpp"

#include <stdexcept>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/listed.hpp"
#include "engine/table/database.hpp"
#include "server/harness/served_harness.hpp"

namespace tailrace::harness {
namespace {

namespace json = boost::json;

server::TailraceOptions tailrace_options(const HarnessOptions& options, ManualClock& clock) {
    server::TailraceOptions tailrace;
    tailrace.engine.shards = options.shards;
    tailrace.engine.table_delay = options.table_delay;
    tailrace.store_location = options.db_path;
    tailrace.destinations = options.destinations;
    tailrace.caches = options.caches;
    tailrace.first_retry_wait = options.first_retry_wait;
    tailrace.movable_clock = &clock;
    return tailrace;
}

}  // namespace

Harness::Harness(const HarnessOptions& options) : Harness(options, {.now = options.start}) {}

Harness::Harness(const HarnessOptions& options, server::Snapshot content)
    : options_(options),
      clock_(*content.now),
      log_(server::LogLevel::error, clock_),
      tailrace_(tailrace_options(options, clock_), clock_, log_, std::move(content.store)) {
    lag(std::move(content.read_lags));
    if (content.throttle) throttle(std::move(*content.throttle));
}

Harness::~Harness() = default;

json::object Harness::call(std::string_view operation, std::string_view request_json) {
    const json::value request = parse_json(request_json);
    return parse_json(engine().execute(operation, request.as_object())).as_object();
}

void Harness::create_table(const std::string& name, const std::string& partition_key,
                           const std::string& sort_key) {
    json::array attributes{json::object{{"AttributeName", partition_key}, {"AttributeType", "S"}}};
    json::array keys{json::object{{"AttributeName", partition_key}, {"KeyType", "HASH"}}};
    if (!sort_key.empty()) {
        attributes.push_back(json::object{{"AttributeName", sort_key}, {"AttributeType", "S"}});
        keys.push_back(json::object{{"AttributeName", sort_key}, {"KeyType", "RANGE"}});
    }
    const json::object stream{{"StreamEnabled", true}, {"StreamViewType", "NEW_AND_OLD_IMAGES"}};
    engine().execute("CreateTable", {{"TableName", name},
                                     {"BillingMode", "PAY_PER_REQUEST"},
                                     {"AttributeDefinitions", std::move(attributes)},
                                     {"KeySchema", std::move(keys)},
                                     {"StreamSpecification", stream}});
}

void Harness::add_function(const std::string& name, FunctionBody body) {
    auto added = std::make_shared<TestFunction>(*this, std::move(body));
    tailrace_.functions().add(name, added);
    const std::lock_guard lock(mutex_);
    test_functions_[name] = std::move(added);
}

std::string Harness::map(const std::string& table, const std::string& function,
                         stream::MappingParameters parameters) {
    return tailrace_.map({table, function, std::move(parameters)});
}

void Harness::drain(std::chrono::milliseconds at_most) {
    const std::vector<std::string> stuck = mappings().drain(at_most);
    if (!stuck.empty()) throw std::runtime_error("not drained: " + listed(stuck));
}

server::SettleResult Harness::settle(const server::SettleRequest& request) {
    server::SettleResult result = tailrace_.barrier().settle(request);
    if (result.is_settled()) return result;
    std::vector<std::string> stuck = result.mappings;
    for (const server::TableInTransition& table : result.tables)
        stuck.push_back("the table " + table.name + ", which is " + table.status);
    throw std::runtime_error("not settled: " + listed(stuck));
}

void Harness::lag(ReadLags lags) {
    engine().database().set_read_lags(std::move(lags));
}

void Harness::throttle(std::vector<operation::ThrottleSetting> settings) {
    engine().throughput().replace(std::move(settings));
}

const TestFunction& Harness::function(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = test_functions_.find(name);
    if (found == test_functions_.end())
        throw std::invalid_argument("the harness has no function '" + name + "'");
    return *found->second;
}

std::vector<stream::EventBatch> Harness::batches(const std::string& function_name) const {
    return function(function_name).batches();
}

std::vector<json::object> Harness::records(const std::string& function_name) const {
    std::vector<json::object> records;
    for (const stream::EventBatch& batch : batches(function_name)) {
        for (const stream::EventRecord& record : batch.records)
            records.push_back(parse_json(record.json).as_object());
    }
    return records;
}

std::unique_ptr<Harness> Harness::fork() {
    HarnessOptions options = options_;
    options.db_path.clear();
    server::Snapshot content = tailrace_.contents().snapshot();
    const std::vector<server::OnStream> mappings = content.mappings;
    auto fork = std::unique_ptr<Harness>(new Harness(options, std::move(content)));
    const std::lock_guard lock(mutex_);
    for (const stream::Function& each : tailrace_.functions().all()) {
        const auto tested = test_functions_.find(each.name);
        if (tested != test_functions_.end()) {
            fork->add_function(each.name, tested->second->body());
        } else if (each.handler_name.empty()) {
            fork->tailrace().functions().add_copy(each);
        } else {
            fork->tailrace().functions().add(each.name, each.handler_name);
        }
    }
    for (const server::OnStream& each : mappings) fork->tailrace_.map(each);
    fork->tailrace_.restore_mappings();
    return fork;
}

std::string Harness::serve() {
    const std::lock_guard lock(mutex_);
    if (!served_) served_ = std::make_unique<ServedHarness>(tailrace_, clock_, log_);
    return served_->url();
}

}  // namespace tailrace::harness
