#include "server/admin/throttle_endpoints.hpp"

#include <boost/json.hpp>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/json_text.hpp"
#include "engine/operation/throughput/throughput.hpp"
#include "engine/table/database.hpp"
#include "server/admin/rule_object.hpp"
#include "server/admin/table_name.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;
using operation::ShownBucket;
using operation::ShownThroughput;
using operation::ThrottleSetting;

constexpr std::size_t max_settings = 1000;

const Names setting_members = {"TableName",     "IndexName",      "ReadCapacityUnits", "WriteCapacityUnits",
                               "PartitionRead", "PartitionWrite", "Partitions",        "BurstSeconds"};

ThrottleSetting read_setting(const json::value& value, const std::string& where) {
    const RuleObject object(value, where, setting_members);
    ThrottleSetting setting{.table_name = table_name_in(object.text("TableName")),
                            .index_name = object.text("IndexName")};
    object.require_with("IndexName", "TableName");
    if (object.find("TableName") != nullptr && setting.table_name.empty())
        object.refuse(std::string(table_name_rule));
    const auto units = [&](std::string_view name) -> std::optional<std::int64_t> {
        const auto given = object.count(name, 0, operation::max_units_per_second);
        return given ? std::optional(static_cast<std::int64_t>(*given)) : std::nullopt;
    };
    setting.read_units = units("ReadCapacityUnits");
    setting.write_units = units("WriteCapacityUnits");
    setting.partition_read_units = units("PartitionRead").value_or(setting.partition_read_units);
    setting.partition_write_units = units("PartitionWrite").value_or(setting.partition_write_units);
    setting.partitions = object.count("Partitions", 1, operation::max_partitions);
    if (const auto seconds = object.count("BurstSeconds", 1, operation::max_burst_seconds)) {
        setting.burst_seconds = static_cast<std::int64_t>(*seconds);
    }
    return setting;
}

/// Throws InvalidRule.
std::vector<ThrottleSetting> read_settings(const json::array& list) {
    if (list.size() > max_settings) {
        throw InvalidRule("there can be at most " + std::to_string(max_settings) + " settings.");
    }
    std::vector<ThrottleSetting> settings;
    std::set<std::pair<std::string, std::string>> places;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string where = "Tables[" + std::to_string(i) + "]";
        const ThrottleSetting& read = settings.emplace_back(read_setting(list[i], where));
        if (!places.emplace(read.table_name, read.index_name).second) {
            throw InvalidRule(where + ": an earlier setting is for the same table or index.");
        }
    }
    return settings;
}

json::object json_of(const ThrottleSetting& setting) {
    json::object object;
    if (!setting.table_name.empty()) object["TableName"] = setting.table_name;
    if (!setting.index_name.empty()) object["IndexName"] = setting.index_name;
    if (setting.read_units) object["ReadCapacityUnits"] = *setting.read_units;
    if (setting.write_units) object["WriteCapacityUnits"] = *setting.write_units;
    object["PartitionRead"] = setting.partition_read_units;
    object["PartitionWrite"] = setting.partition_write_units;
    if (setting.partitions) object["Partitions"] = *setting.partitions;
    object["BurstSeconds"] = setting.burst_seconds;
    return object;
}

json::value json_of(double units) {
    const bool is_whole = std::floor(units) == units;
    return is_whole ? json::value(static_cast<std::int64_t>(units)) : json::value(units);
}

json::object json_of(const ShownBucket& bucket) {
    return {{"Available", json_of(bucket.available)},
            {"Limit", bucket.limit.units()},
            {"PerSecond", bucket.limit.units_per_second}};
}

json::value json_of(const std::optional<ShownBucket>& bucket) {
    return bucket ? json::value(json_of(*bucket)) : json::value(nullptr);
}

json::object json_of(const std::string& table, const ShownThroughput& shown) {
    json::object object{{"TableName", table}};
    if (shown.index != nullptr) object["IndexName"] = shown.index->name;
    object["Read"] = json_of(shown.own.read);
    object["Write"] = json_of(shown.own.write);
    json::array partitions;
    for (const auto& [read, write] : shown.partitions) {
        partitions.push_back({{"Read", json_of(read)}, {"Write", json_of(write)}});
    }
    object["Partitions"] = std::move(partitions);
    json::object events;
    for (const auto& [name, number] : shown.events) events[name] = number;
    object["ThrottleEvents"] = std::move(events);
    return object;
}

HttpResponse show_throughput(Engine& engine) {
    json::array settings;
    for (const ThrottleSetting& each : engine.throughput().settings()) settings.push_back(json_of(each));
    json::array buckets;
    engine.database().read([&](const table::ReadSession& session) {
        buckets.clear();
        for (const auto& [name, definition] : session.catalogue().tables) {
            if (session.find_table(name) == nullptr) continue;
            for (const ShownThroughput& each : engine.throughput().show(*definition, session.now())) {
                buckets.push_back(json_of(name, each));
            }
        }
    });
    return json_response({{"Tables", std::move(settings)}, {"Buckets", std::move(buckets)}});
}

/// Returns the list of settings: the body if it is a list, or its member Tables. If the body is a single
/// setting, adds it to `one` and returns that. Returns null if Tables or the body is something else.
const json::array* find_settings(const json::value& body, json::array& one) {
    const json::object* const object = body.if_object();
    if (object == nullptr) return body.if_array();
    const json::value* const tables = object->if_contains("Tables");
    if (tables != nullptr) return object->size() == 1 ? tables->if_array() : nullptr;
    one.push_back(body);
    return &one;
}

HttpResponse replace_settings(Engine& engine, const WebRequest& request) {
    json::error_code error;
    const json::value body = parse_json(request.body, error);
    json::array one;
    const json::array* const list = error ? nullptr : find_settings(body, one);
    if (list == nullptr) {
        return message_response(400, R"(The body must be a setting or a list of them, such as {"TableName": )"
                                     R"("music", "WriteCapacityUnits": 5, "BurstSeconds": 1}.)");
    }
    try {
        engine.throughput().replace(read_settings(*list));
    } catch (const InvalidRule& fault) {
        return message_response(400, fault.what());
    }
    return show_throughput(engine);
}

std::vector<RouteField> setting_fields() {
    std::vector<RouteField> fields = {{.name = "Tables", .kind = FieldKind::list}};
    for (const std::string_view name : setting_members) {
        const bool is_text = name.ends_with("Name");
        fields.push_back({.name = name, .kind = is_text ? FieldKind::text : FieldKind::number});
    }
    return fields;
}

}  // namespace

void add_throttle_endpoints(Mount& admin, Engine& engine) {
    constexpr std::string_view path = "/_tailrace/throttle";
    admin.add({.method = "GET",
               .path = path,
               .purpose =
                   "The tables whose throughput is limited, how much of it is left, and how often they "
                   "were throttled.",
               .function = [&engine](const WebRequest&) { return show_throughput(engine); }});
    admin.add({.method = "PUT",
               .path = path,
               .purpose = "Limits the throughput of a table, or of several as a list, replacing all earlier "
                          "limits: {\"TableName\": \"music\", \"WriteCapacityUnits\": 5, "
                          "\"BurstSeconds\": 1}.",
               .function = [&engine](const WebRequest& request) { return replace_settings(engine, request); },
               .members = setting_fields()});
    admin.add({.method = "DELETE",
               .path = path,
               .purpose = "Removes all limits of throughput.",
               .function = [&engine](const WebRequest&) {
                   engine.throughput().replace({});
                   return show_throughput(engine);
               }});
}

}  // namespace tailrace::server
