#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/model/json_text.hpp"
#include "tests/model/same_item.hpp"
#include "tests/operation/engine_fixture.hpp"

// An item of a request that is read separately from the rest of its JSON is the same item, and the request
// gets the same answer.
namespace tailrace::operation {
namespace {

const std::filesystem::path conformance(TAILRACE_CONFORMANCE);

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> json_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& each : std::filesystem::recursive_directory_iterator(folder)) {
        if (each.path().extension() == ".json") files.push_back(each.path());
    }
    std::ranges::sort(files);
    return files;
}

std::string text_of(const boost::json::object& object) {
    std::string text;
    append_json(text, object);
    return text;
}

/// The text with names of tables that exist here: table.hash-s for ${table:hash-s}.
std::string with_names(std::string text) {
    for (const auto& [variable, name] : {std::pair("${table:", "table."), std::pair("${own-table:", "table."),
                                         std::pair("${case}", "c"), std::pair("}\"", "\"")}) {
        const std::string_view searched = variable;
        for (std::size_t at = text.find(searched); at != std::string::npos; at = text.find(searched, at)) {
            text.replace(at, searched.size(), name);
        }
    }
    return text;
}

/// The requests of an operation in the conformance cases.
std::vector<std::string> requests_of(std::string_view operation) {
    std::vector<std::string> requests;
    for (const auto& path : json_files(conformance / "cases")) {
        const boost::json::value file = json(content(path));
        for (const auto& each : file.at("cases").as_array()) {
            for (const auto& step : each.at("steps").as_array()) {
                const auto* named = step.as_object().if_contains("operation");
                const auto* request = step.as_object().if_contains("request");
                if (named == nullptr || request == nullptr || !request->is_object()) continue;
                if (named->as_string() != operation) continue;
                requests.push_back(with_names(text_of(request->get_object())));
            }
        }
    }
    return requests;
}

/// An engine with the tables of the cases.
class CaseEngine : public TestEngine {
  public:
    CaseEngine() {
        for (const auto& path : json_files(conformance / "tables")) {
            boost::json::object request = json(content(path)).at("create").as_object();
            request["TableName"] = tables.emplace_back("table." + path.stem().string());
            done("CreateTable", text_of(request));
        }
    }

    /// The answer to a request whose items are in its JSON.
    boost::json::value answer_in_json(std::string_view operation, std::string_view request) {
        try {
            return json(engine.execute(operation, json(request).as_object()));
        } catch (const ApiError& error) {
            return json(error.body());
        }
    }

    std::vector<std::string> tables;
};

/// Everything in the engine's tables and streams.
std::string stored(CaseEngine& engine) {
    std::string all;
    for (const std::string& table : engine.tables) {
        const std::string named = R"({"TableName":")" + table + R"("})";
        all.append(text_of(engine.done("Scan", named).as_object()));
        const auto description = engine.done("DescribeTable", named);
        const auto* indexes = description.at("Table").as_object().if_contains("GlobalSecondaryIndexes");
        if (indexes == nullptr) continue;
        for (const auto& index : indexes->as_array()) {
            all.append(text_of(engine
                                   .done("Scan", R"({"TableName":")" + table + R"(","IndexName":")" +
                                                     std::string(index.at("IndexName").as_string()) + "\"}")
                                   .as_object()));
        }
    }
    return all;
}

}  // namespace

TEST_CASE("requests of the conformance cases get the same answer if their items are read separately",
          "[read_apart]") {
    CaseEngine apart;
    CaseEngine in_json;
    std::size_t read_apart = 0;
    for (const std::string operation : {"PutItem", "BatchWriteItem"}) {
        for (const std::string& request : requests_of(operation)) {
            INFO(operation << " " << request);
            RequestBody body(request, {}, apart.engine.find(operation)->items);
            read_apart += body.items().empty() ? 0 : 1;
            CHECK(apart.answer(operation, request) == in_json.answer_in_json(operation, request));
        }
    }
    CHECK(read_apart > 500);
    CHECK(stored(apart) == stored(in_json));
}

TEST_CASE("a fault in the shape of a request shows the items that were read separately", "[read_apart]") {
    CaseEngine engine;
    std::string puts;
    for (int i = 0; i < 26; ++i) {
        puts += std::string(i == 0 ? "" : ",") + R"({"PutRequest":{"Item":{"pk":{"S":")" + std::to_string(i) +
                R"("}}}})";
    }
    const std::string request = R"({"RequestItems":{"table.hash-s":[)" + puts + "]}}";
    const std::string refusal = engine.refusal("BatchWriteItem", request);
    CHECK(refusal.find("pk=AttributeValue(s=25") != std::string::npos);
    CHECK(engine.answer("BatchWriteItem", request) == engine.answer_in_json("BatchWriteItem", request));
}

}  // namespace tailrace::operation
