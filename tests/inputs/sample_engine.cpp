#include "tests/inputs/sample_engine.hpp"

#include <chrono>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/json_text.hpp"
#include "engine/partiql/operations.hpp"
#include "engine/table/store.hpp"
#include "tests/inputs/sample_tables.hpp"
#include "tests/request_json.hpp"

namespace tailrace::inputs {
namespace {

namespace json = boost::json;

/// With one shard there would be no parts to ask for.
EngineOptions two_shards() {
    EngineOptions options;
    options.shards = 2;
    return options;
}

std::string answer_of(Engine& engine, std::string_view operation, const json::object& body) {
    try {
        return engine.execute(operation, body);
    } catch (const ApiError& error) {
        return error.body();
    }
}

/// Removes the table ids from a description.
std::string without_ids(std::string text) {
    constexpr std::string_view member = R"("TableId":")";
    constexpr std::size_t id_length = 36;
    for (std::size_t at = text.find(member); at != std::string::npos; at = text.find(member, at + 1)) {
        text.erase(at + member.size(), id_length);
    }
    return text;
}

/// Everything that can be read of a table.
std::string shown(Engine& engine, const json::value& name) {
    std::string text;
    for (const char* operation :
         {"DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups", "Scan"}) {
        text += answer_of(engine, operation, {{"TableName", name}}) + "\n";
    }
    const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/";
    return text + answer_of(engine, "ListTagsOfResource", {{"ResourceArn", arn + name.as_string().c_str()}});
}

}  // namespace

SampleEngine::SampleEngine()
    : engine_(another()), names_([this](std::string_view operation, const json::object& body) {
          return tests::request_json(engine_->execute(operation, body));
      }) {}

std::unique_ptr<Engine> SampleEngine::another() const {
    auto engine =
        std::make_unique<Engine>(two_shards(), table::open_store({}), clock_, partiql::operations());
    for (const std::string_view body : sample_tables) {
        engine->execute("CreateTable", tests::request_json(body).as_object());
    }
    for (const std::string_view body : sample_items) {
        engine->execute("PutItem", tests::request_json(body).as_object());
    }
    return engine;
}

bool SampleEngine::knows(std::string_view operation) const {
    return engine_->find(operation) != nullptr;
}

std::string SampleEngine::answer(std::string_view operation, const json::object& body) const {
    return answer_of(*another(), operation, body);
}

std::string SampleEngine::outcome(const SampleRequest& request, const json::object& body) const {
    const auto engine = another();
    for (const auto& [operation, before] : request.before) engine->execute(operation, before);
    std::string text = answer_of(*engine, request.operation, body);
    text += "\n" + answer_of(*engine, request.operation, body);
    const json::value tables = tests::request_json(answer_of(*engine, "ListTables", {}));
    for (const json::value& name : tables.at("TableNames").as_array()) text += "\n" + shown(*engine, name);
    return without_ids(std::move(text));
}

}  // namespace tailrace::inputs
