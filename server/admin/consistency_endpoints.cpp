#include "server/admin/consistency_endpoints.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/json_text.hpp"
#include "engine/model/nearest_name.hpp"
#include "engine/model/read_lags.hpp"
#include "engine/table/database.hpp"
#include "server/admin/name_list.hpp"
#include "server/admin/table_name.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::uint64_t max_lag_ms = 86'400'000;
constexpr std::size_t max_lagging_tables = 1000;

/// What is wrong with the lags of a request, for people.
class InvalidLags : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Returns `without` if the object has no such member. `where` is put before the member's name.
std::chrono::milliseconds read_lag_duration(const json::object& object, std::string_view name,
                                            std::chrono::milliseconds without, const std::string& where) {
    const json::value* const value = object.if_contains(name);
    if (value == nullptr) return without;
    json::error_code error;
    const auto number = value->is_number() ? value->to_number<std::uint64_t>(error) : 0;
    if (!value->is_number() || error || number > max_lag_ms) {
        throw InvalidLags(where + std::string(name) + " must be a whole number from 0 to " +
                          std::to_string(max_lag_ms) + ".");
    }
    return std::chrono::milliseconds(number);
}

ReadLag read_lag(const json::object& object, const ReadLag& without, const std::string& where) {
    return {read_lag_duration(object, "ReadLagMs", without.reads, where),
            read_lag_duration(object, "IndexLagMs", without.indexes, where)};
}

void read_table_lag(const json::value& value, const std::string& where, ReadLags& lags) {
    static const std::vector<std::string_view> known = {"TableName", "ReadLagMs", "IndexLagMs"};
    const json::object* const object = value.if_object();
    if (object == nullptr)
        throw InvalidLags(where + R"( must be an object, such as {"TableName": "music", "ReadLagMs": 500}.)");
    for (const json::key_value_pair& member : *object) {
        const std::string_view name = member.key();
        if (std::ranges::find(known, name) != known.end()) continue;
        throw InvalidLags(where + ": unknown member '" + std::string(name) + "' (known: " + name_list(known) +
                          ")" + did_you_mean(name, known));
    }
    const json::value* const given = object->if_contains("TableName");
    const json::string* const text = given != nullptr ? given->if_string() : nullptr;
    const std::string name = text != nullptr ? table_name_in(*text) : std::string();
    if (name.empty()) throw InvalidLags(where + "." + std::string(table_name_rule));
    if (!lags.tables.emplace(name, read_lag(*object, lags.others, where + ".")).second)
        throw InvalidLags(where + ": the table " + name + " is in the list twice.");
}

ReadLags read_lags(std::string_view body) {
    json::error_code error;
    const json::value parsed = parse_json(body, error);
    const json::object* const object = error ? nullptr : parsed.if_object();
    if (object == nullptr)
        throw InvalidLags(R"(The body must be an object, such as {"ReadLagMs": 500, "IndexLagMs": 2000}.)");
    ReadLags lags{read_lag(*object, {}, "")};
    const json::value* const tables = object->if_contains("Tables");
    if (tables == nullptr) return lags;
    if (!tables->is_array() || tables->get_array().size() > max_lagging_tables)
        throw InvalidLags("Tables must be a list of at most " + std::to_string(max_lagging_tables) +
                          " objects.");
    for (std::size_t i = 0; i < tables->get_array().size(); ++i)
        read_table_lag(tables->get_array()[i], "Tables[" + std::to_string(i) + "]", lags);
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
    } catch (const InvalidLags& fault) {
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
