#include "server/harness/harness.hpp"

#include <stdexcept>

#include "engine/model/json_text.hpp"
#include "engine/partiql/operations.hpp"
#include "engine/table/store.hpp"
#include "server/harness/served_harness.hpp"

namespace tailrace::harness {
namespace {

namespace json = boost::json;

EngineOptions engine_options(const HarnessOptions& options) {
    EngineOptions engine;
    engine.shards = options.shards;
    return engine;
}

}  // namespace

Harness::Harness(HarnessOptions options)
    : options_(std::move(options)),
      clock_(options_.start),
      engine_(engine_options(options_), table::open_store({options_.db_path, {}, &clock_}), clock_,
              partiql::operations()),
      functions_(stream::HandlerContext{engine_}),
      mappings_(engine_, {options_.destinations}) {}

Harness::~Harness() = default;

json::object Harness::call(std::string_view operation, std::string_view request_json) {
    const json::value request = parse_json(request_json);
    return parse_json(engine_.execute(operation, request.as_object())).as_object();
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
    engine_.execute("CreateTable", {{"TableName", name},
                                    {"BillingMode", "PAY_PER_REQUEST"},
                                    {"AttributeDefinitions", std::move(attributes)},
                                    {"KeySchema", std::move(keys)},
                                    {"StreamSpecification", stream}});
}

void Harness::add_function(const std::string& name, FunctionBody body) {
    auto added = std::make_shared<TestFunction>(std::move(body));
    functions_.add(name, added);
    const std::lock_guard lock(mutex_);
    test_functions_[name] = std::move(added);
}

std::string Harness::map(const std::string& table, const std::string& function,
                         stream::MappingParameters parameters) {
    const stream::Function mapped = functions_.find_or_add(function);
    stream::MappingOptions options;
    options.table_name = table;
    options.handler_name = function;
    options.parameters = std::move(parameters);
    options.function_arn = functions_.arn_of(mapped.name);
    options.first_retry_wait = options_.first_retry_wait;
    return mappings_.add(std::move(options), mapped.handler);
}

void Harness::drain(std::chrono::milliseconds at_most) {
    const std::vector<std::string> stuck = mappings_.drain(at_most);
    if (stuck.empty()) return;
    std::string names;
    for (const std::string& name : stuck) names.append(names.empty() ? "" : ", ").append(name);
    throw std::runtime_error("not drained: " + names);
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

std::string Harness::serve() {
    const std::lock_guard lock(mutex_);
    if (!served_) served_ = std::make_unique<ServedHarness>(*this);
    return served_->url();
}

}  // namespace tailrace::harness
