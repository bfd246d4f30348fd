#include "engine/table/catalogue/table_catalogue_json.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "engine/model/base64.hpp"

namespace tailrace::table {
namespace {

namespace json = boost::json;

std::string text(const json::object& object, std::string_view name) {
    return std::string(object.at(name).as_string());
}

AttributeType key_type(std::string_view name, const json::array& attribute_definitions) {
    for (const json::value& each : attribute_definitions) {
        const json::object& definition = each.as_object();
        if (definition.at("AttributeName").as_string() != name) continue;
        const auto& type = definition.at("AttributeType").as_string();
        return type == "N" ? AttributeType::N : type == "B" ? AttributeType::B : AttributeType::S;
    }
    throw std::logic_error("a key attribute has no definition");
}

std::optional<Timestamp> read_time(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr) return std::nullopt;
    return Timestamp(std::chrono::microseconds(value->as_int64()));
}

json::object stored_throughput(const Throughput& throughput) {
    json::object object{{"ReadCapacityUnits", throughput.read_capacity_units},
                        {"WriteCapacityUnits", throughput.write_capacity_units},
                        {"NumberOfDecreasesToday", throughput.decreases_today}};
    if (throughput.last_increase)
        object["LastIncreaseMicroseconds"] = epoch_microseconds(*throughput.last_increase);
    if (throughput.last_decrease)
        object["LastDecreaseMicroseconds"] = epoch_microseconds(*throughput.last_decrease);
    return object;
}

Throughput read_stored_throughput(const json::object& object) {
    return {.read_capacity_units = object.at("ReadCapacityUnits").as_int64(),
            .write_capacity_units = object.at("WriteCapacityUnits").as_int64(),
            .decreases_today = object.at("NumberOfDecreasesToday").as_int64(),
            .last_increase = read_time(object, "LastIncreaseMicroseconds"),
            .last_decrease = read_time(object, "LastDecreaseMicroseconds")};
}

json::object stored_warmth(const WarmThroughput& warm) {
    return {{"ReadUnitsPerSecond", warm.read_units_per_second},
            {"WriteUnitsPerSecond", warm.write_units_per_second}};
}

WarmThroughput read_stored_warmth(const json::object& object) {
    return {object.at("ReadUnitsPerSecond").as_int64(), object.at("WriteUnitsPerSecond").as_int64()};
}

json::object stored_index(const IndexDefinition& index) {
    json::object stored{{"IndexName", index.name},
                        {"Global", index.global},
                        {"Space", index.space},
                        {"KeySchema", key_schema_json(index.keys)},
                        {"Projection", projection_json(index)},
                        {"Throughput", stored_throughput(index.throughput)},
                        {"WarmThroughput", stored_warmth(index.warm)},
                        {"OnDemandThroughput", index.on_demand_limits}};
    if (index.backfilled_up_to) {
        std::string row_key;
        append_base64(row_key, *index.backfilled_up_to);
        stored["BackfilledUpTo"] = row_key;
    }
    return stored;
}

IndexDefinition read_stored_index(const json::object& stored, const json::array& attribute_definitions) {
    IndexDefinition index;
    index.name = text(stored, "IndexName");
    index.global = stored.at("Global").as_bool();
    index.space = stored.at("Space").as_int64();
    index.keys = read_key_schema(stored.at("KeySchema").as_array(), attribute_definitions);
    read_projection(stored.at("Projection").as_object(), index);
    index.throughput = read_stored_throughput(stored.at("Throughput").as_object());
    if (const auto* warm = stored.if_contains("WarmThroughput")) {
        index.warm = read_stored_warmth(warm->as_object());
    }
    if (const auto* limits = stored.if_contains("OnDemandThroughput")) {
        index.on_demand_limits = limits->as_object();
    }
    if (const auto* row_key = stored.if_contains("BackfilledUpTo")) {
        index.backfilled_up_to = decode_base64(row_key->as_string()).value();
    }
    return index;
}

void add_optional_settings(json::object& object, const TableDefinition& definition) {
    if (definition.time_to_live_attribute) object["TimeToLiveAttribute"] = *definition.time_to_live_attribute;
    if (const auto& recovery = definition.point_in_time_recovery) {
        object["PointInTimeRecovery"] =
            json::object{{"SinceMicroseconds", epoch_microseconds(recovery->since)},
                         {"PeriodDays", recovery->period_days}};
    }
    if (definition.transition) object["Transition"] = catalogue_json(*definition.transition);
}

void read_optional_settings(const json::object& object, TableDefinition& definition) {
    if (object.contains("TimeToLiveAttribute")) {
        definition.time_to_live_attribute = text(object, "TimeToLiveAttribute");
    }
    if (const auto* stored = object.if_contains("PointInTimeRecovery")) {
        const json::object& recovery = stored->as_object();
        definition.point_in_time_recovery = {*read_time(recovery, "SinceMicroseconds"),
                                             recovery.at("PeriodDays").as_int64()};
    }
    if (const auto* stored = object.if_contains("Transition")) {
        definition.transition = transition_from_catalogue_json(stored->as_object());
    }
}

}  // namespace

json::array key_schema_json(const KeySchema& keys) {
    json::array schema;
    for (const KeyAttribute& each : keys.partition())
        schema.push_back({{"AttributeName", each.name}, {"KeyType", "HASH"}});
    for (const KeyAttribute& each : keys.sort())
        schema.push_back({{"AttributeName", each.name}, {"KeyType", "RANGE"}});
    return schema;
}

KeySchema read_key_schema(const json::array& key_schema, const json::array& attribute_definitions) {
    KeySchema keys;
    const auto take = [&](std::string_view key_type_name) {
        for (const json::value& each : key_schema) {
            const json::object& element = each.as_object();
            if (element.at("KeyType").as_string() != key_type_name) continue;
            std::string name = text(element, "AttributeName");
            const AttributeType type = key_type(name, attribute_definitions);
            keys.attributes.push_back({std::move(name), type});
        }
    };
    take("HASH");
    keys.partition_count = keys.size();
    take("RANGE");
    return keys;
}

json::object projection_json(const IndexDefinition& index) {
    json::object projection;
    switch (index.projection) {
        case ProjectionType::all:
            projection["ProjectionType"] = "ALL";
            break;
        case ProjectionType::keys_only:
            projection["ProjectionType"] = "KEYS_ONLY";
            break;
        case ProjectionType::include:
            projection["ProjectionType"] = "INCLUDE";
            break;
    }
    if (!index.non_key_attributes.empty()) {
        json::array names;
        for (const auto& name : index.non_key_attributes) names.emplace_back(name);
        std::ranges::sort(names, std::less<>(),
                          [](const json::value& name) { return std::string_view(name.get_string()); });
        projection["NonKeyAttributes"] = std::move(names);
    }
    return projection;
}

void read_projection(const json::object& projection, IndexDefinition& index) {
    const std::string type = text(projection, "ProjectionType");
    index.projection = type == "KEYS_ONLY" ? ProjectionType::keys_only
                       : type == "INCLUDE" ? ProjectionType::include
                                           : ProjectionType::all;
    const json::value* names = projection.if_contains("NonKeyAttributes");
    if (names != nullptr && names->is_array()) {
        for (const json::value& name : names->get_array())
            index.non_key_attributes.emplace_back(name.as_string());
    }
}

json::object catalogue_json(const StreamDefinition& stream) {
    return {{"Space", stream.space},         {"TableName", stream.table_name},
            {"StreamArn", stream.arn},       {"StreamLabel", stream.label},
            {"Region", stream.region},       {"StreamViewType", stream.view_type},
            {"Enabled", stream.enabled},     {"CreatedMicroseconds", epoch_microseconds(stream.created)},
            {"KeySchema", stream.key_schema}};
}

StreamDefinition stream_from_catalogue_json(const json::object& json) {
    StreamDefinition stream{.space = json.at("Space").as_int64(),
                            .table_name = text(json, "TableName"),
                            .arn = text(json, "StreamArn"),
                            .label = text(json, "StreamLabel"),
                            .view_type = text(json, "StreamViewType"),
                            .region = text(json, "Region"),
                            .enabled = json.at("Enabled").as_bool()};
    // Layout 1 did not have these. A stream from that layout exists for at most a day.
    stream.created = read_time(json, "CreatedMicroseconds").value_or(Timestamp());
    if (const auto* keys = json.if_contains("KeySchema")) stream.key_schema = keys->as_array();
    return stream;
}

json::object catalogue_json(const TableDefinition& definition) {
    json::array indexes;
    for (const IndexDefinition& index : definition.indexes) indexes.push_back(stored_index(index));
    json::object object{{"TableName", definition.name},
                        {"TableId", definition.id},
                        {"TableArn", definition.arn},
                        {"CreatedMicroseconds", epoch_microseconds(definition.created)},
                        {"Space", definition.space},
                        {"KeySchema", key_schema_json(definition.keys)},
                        {"AttributeDefinitions", definition.attribute_definitions},
                        {"Indexes", std::move(indexes)},
                        {"PayPerRequest", definition.billing_mode == BillingMode::pay_per_request},
                        {"Throughput", stored_throughput(definition.throughput)},
                        {"WarmThroughput", stored_warmth(definition.warm)},
                        {"DeletionProtectionEnabled", definition.deletion_protection},
                        {"Tags", definition.tags},
                        {"ShownSettings", definition.shown_settings}};
    if (definition.pay_per_request_since) {
        object["PayPerRequestSinceMicroseconds"] = epoch_microseconds(*definition.pay_per_request_since);
    }
    if (definition.stream) object["Stream"] = catalogue_json(*definition.stream);
    add_optional_settings(object, definition);
    return object;
}

TableDefinition from_catalogue_json(const json::object& json) {
    TableDefinition definition;
    definition.name = text(json, "TableName");
    definition.id = text(json, "TableId");
    definition.arn = text(json, "TableArn");
    definition.created = *read_time(json, "CreatedMicroseconds");
    definition.space = json.at("Space").as_int64();
    definition.attribute_definitions = json.at("AttributeDefinitions").as_array();
    definition.keys = read_key_schema(json.at("KeySchema").as_array(), definition.attribute_definitions);
    for (const json::value& each : json.at("Indexes").as_array()) {
        definition.indexes.push_back(read_stored_index(each.as_object(), definition.attribute_definitions));
    }
    if (json.at("PayPerRequest").as_bool()) definition.billing_mode = BillingMode::pay_per_request;
    definition.pay_per_request_since = read_time(json, "PayPerRequestSinceMicroseconds");
    definition.throughput = read_stored_throughput(json.at("Throughput").as_object());
    definition.deletion_protection = json.at("DeletionProtectionEnabled").as_bool();
    definition.tags = json.at("Tags").as_array();
    definition.shown_settings = json.at("ShownSettings").as_object();
    if (const auto* stream = json.if_contains("Stream")) {
        definition.stream = stream_from_catalogue_json(stream->as_object());
    }
    read_optional_settings(json, definition);
    if (const auto* warm = json.if_contains("WarmThroughput")) {
        definition.warm = read_stored_warmth(warm->as_object());
    }
    raise_warm_throughput(definition);
    return definition;
}

}  // namespace tailrace::table
