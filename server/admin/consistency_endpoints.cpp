#include "server/admin/consistency_endpoints.hpp"

#include <boost/json.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/read_lags.hpp"
#include "engine/table/database.hpp"
#include "server/admin/rule_object.hpp"
#include "server/admin/table_name.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::uint64_t max_lag_ms = 86'400'000;
constexpr std::size_t max_lagging_tables = 1000;

/// Returns `without` if the object has no such member.
std::chrono::milliseconds lag_in(const RuleObject& object, std::string_view name,
                                 std::chrono::milliseconds without) {
    const auto given = object.count(name, 0, max_lag_ms);
    return given ? std::chrono::milliseconds(*given) : without;
}

ReadLag read_lag(const RuleObject& object, const ReadLag& without) {
    return {lag_in(object, "ReadLagMs", without.reads), lag_in(object, "IndexLagMs", without.indexes)};
}

void read_table_lag(const json::value& value, const std::string& where, ReadLags& lags) {
    const RuleObject object(value, where, {"TableName", "ReadLagMs", "IndexLagMs"});
    const std::string name = table_name_in(object.text("TableName"));
    if (name.empty()) object.refuse(std::string(table_name_rule));
    if (!lags.tables.emplace(name, read_lag(object, lags.others)).second) {
        object.refuse("the table " + name + " is in the list twice.");
    }
}

/// Throws InvalidRule.
ReadLags read_lags(std::string_view body) {
    json::error_code error;
    const json::value parsed = parse_json(body, error);
    if (error || !parsed.is_object()) {
        throw InvalidRule(R"(The body must be an object, such as {"ReadLagMs": 500, "IndexLagMs": 2000}.)");
    }
    const RuleObject object(parsed, "the lags", {"ReadLagMs", "IndexLagMs", "Tables"});
    ReadLags lags{read_lag(object, {})};
    const json::value* const tables = object.find("Tables");
    if (tables == nullptr) return lags;
    if (!tables->is_array() || tables->get_array().size() > max_lagging_tables) {
        object.refuse("Tables must be a list of at most " + std::to_string(max_lagging_tables) + " objects.");
    }
    for (std::size_t i = 0; i < tables->get_array().size(); ++i) {
        read_table_lag(tables->get_array()[i], "Tables[" + std::to_string(i) + "]", lags);
    }
    return lags;
}

void add_lag(const ReadLag& lag, json::object& object) {
    object["ReadLagMs"] = lag.reads.count();
    object["IndexLagMs"] = lag.indexes.count();
}

HttpResponse show_lags(Engine& engine) {
    const table::ReadLagReport report = engine.database().read_lags();
    json::object body;
    add_lag(report.lags.others, body);
    json::array tables;
    for (const auto& [name, lag] : report.lags.tables) {
        json::object table{{"TableName", name}};
        add_lag(lag, table);
        tables.push_back(std::move(table));
    }
    body["Tables"] = std::move(tables);
    body["KeptVersions"] = report.kept.versions;
    body["KeptBytes"] = report.kept.bytes;
    body["GivenUpVersions"] = report.kept.given_up;
    return json_response(body);
}

HttpResponse replace_lags(Engine& engine, std::string_view body) {
    try {
        engine.database().set_read_lags(read_lags(body));
    } catch (const InvalidRule& fault) {
        return message_response(400, fault.what());
    }
    return show_lags(engine);
}

}  // namespace

void add_consistency_endpoints(Mount& admin, Engine& engine) {
    constexpr std::string_view path = "/_tailrace/consistency";
    admin.add({.method = "GET",
               .path = path,
               .purpose = "How far reads lag behind writes, and how much is kept in memory for that.",
               .function = [&engine](const WebRequest&) { return show_lags(engine); }});
    admin.add(
        {.method = "PUT",
         .path = path,
         .purpose = "Lets eventually consistent reads, and reads of global indexes, show what was there "
                    "a while ago: {\"ReadLagMs\": 500, \"IndexLagMs\": 2000}. A table in Tables has its "
                    "own: [{\"TableName\": \"music\", \"ReadLagMs\": 0}].",
         .function = [&engine](const WebRequest& request) { return replace_lags(engine, request.body); },
         .members = {{.name = "ReadLagMs", .kind = FieldKind::number},
                     {.name = "IndexLagMs", .kind = FieldKind::number},
                     {.name = "Tables", .kind = FieldKind::list}}});
    admin.add({.method = "DELETE",
               .path = path,
               .purpose = "Ends all lags: every read shows the newest items.",
               .function = [&engine](const WebRequest&) {
                   engine.database().set_read_lags({});
                   return show_lags(engine);
               }});
}

}  // namespace tailrace::server
