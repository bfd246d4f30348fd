#include "engine/table/table_definition.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "engine/model/attribute_json.hpp"
#include "engine/model/base64.hpp"

namespace tailrace::table {
namespace {

namespace json = boost::json;

constexpr std::int64_t most_small_rows = 1000;
constexpr std::int64_t most_small_bytes = 1024 * 1024;

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

/// The elements in the order of their names, in which AWS shows them.
json::array sorted(json::array elements, std::string_view (*name_of)(const json::value&)) {
    std::ranges::sort(elements, std::less<>(), name_of);
    return elements;
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
        projection["NonKeyAttributes"] = sorted(
            std::move(names), [](const json::value& name) { return std::string_view(name.get_string()); });
    }
    return projection;
}

std::int64_t microseconds(Timestamp time) {
    return time.time_since_epoch().count();
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
        object["LastIncreaseMicroseconds"] = microseconds(*throughput.last_increase);
    if (throughput.last_decrease)
        object["LastDecreaseMicroseconds"] = microseconds(*throughput.last_decrease);
    return object;
}

Throughput read_stored_throughput(const json::object& object) {
    return {object.at("ReadCapacityUnits").as_int64(), object.at("WriteCapacityUnits").as_int64(),
            object.at("NumberOfDecreasesToday").as_int64(), read_time(object, "LastIncreaseMicroseconds"),
            read_time(object, "LastDecreaseMicroseconds")};
}

/// Every table that is used on demand begins with these. Source: "DynamoDB on-demand capacity mode", initial
/// throughput.
constexpr WarmThroughput on_demand_warmth{12'000, 4'000};

WarmThroughput least_warmth(const TableDefinition& definition, const Throughput& throughput) {
    if (definition.billing_mode == BillingMode::pay_per_request) return on_demand_warmth;
    return {throughput.read_capacity_units, throughput.write_capacity_units};
}

void raise(WarmThroughput& warm, const WarmThroughput& least) {
    warm.read_units_per_second = std::max(warm.read_units_per_second, least.read_units_per_second);
    warm.write_units_per_second = std::max(warm.write_units_per_second, least.write_units_per_second);
}

json::object stored_warmth(const WarmThroughput& warm) {
    return {{"ReadUnitsPerSecond", warm.read_units_per_second},
            {"WriteUnitsPerSecond", warm.write_units_per_second}};
}

void overlay(json::object& shown, const json::object& members) {
    for (const auto& member : members) shown[member.key()] = member.value();
}

void add_optional_settings(json::object& object, const TableDefinition& definition) {
    if (definition.time_to_live_attribute) object["TimeToLiveAttribute"] = *definition.time_to_live_attribute;
    if (const auto& recovery = definition.point_in_time_recovery) {
        object["PointInTimeRecovery"] = json::object{{"SinceMicroseconds", microseconds(recovery->since)},
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

/// Indexes come and go with their table; one that UpdateTable makes is in transition by itself.
void show_index_transition(json::object& shown, const Transition& transition) {
    if (transition.kind != Transition::Kind::updating) {
        shown["IndexStatus"] = transition.status();
    } else if (shown.at("IndexName").as_string() == transition.created_index) {
        shown["IndexStatus"] = "CREATING";
        shown["Backfilling"] = false;
    } else if (const auto* other =
                   transition.shown_of_indexes.if_contains(shown.at("IndexName").as_string())) {
        overlay(shown, other->as_object());
    }
}

/// Source: "Managing Global Secondary Indexes in DynamoDB", phases of index creation.
void show_backfilling(json::object& shown) {
    shown["IndexStatus"] = "CREATING";
    shown["Backfilling"] = true;
}

void describe_indexes(json::object& description, const TableDefinition& definition, const Counts& counts,
                      const Transition* transition) {
    json::array local;
    json::array global;
    for (std::size_t i = 0; i < definition.indexes.size(); ++i) {
        const IndexDefinition& index = definition.indexes[i];
        json::object shown = describe_index(definition, index, counts[i + 1]);
        if (index.backfilling()) show_backfilling(shown);
        if (transition != nullptr && index.global) show_index_transition(shown, *transition);
        // What a new index is warm for is not said yet.
        if (index.global && shown.at("IndexStatus").as_string() == "CREATING") shown.erase("WarmThroughput");
        (index.global ? global : local).push_back(std::move(shown));
    }
    if (transition != nullptr && !transition->deleted_index.empty()) {
        global.push_back(transition->deleted_index);
    }
    if (!local.empty()) description["LocalSecondaryIndexes"] = std::move(local);
    if (!global.empty()) description["GlobalSecondaryIndexes"] = std::move(global);
}

}  // namespace

bool KeySchema::contains(std::string_view name) const {
    return std::ranges::find(attributes, name, &KeyAttribute::name) != attributes.end();
}

bool is_small(const Count& rows) {
    return rows.items <= most_small_rows && rows.bytes <= most_small_bytes;
}

bool TableDefinition::has_local_indexes() const {
    return std::ranges::any_of(indexes, [](const IndexDefinition& index) { return !index.global; });
}

const IndexDefinition* TableDefinition::find_index(std::string_view index_name) const {
    for (const IndexDefinition& index : indexes) {
        if (index.name == index_name) return &index;
    }
    return nullptr;
}

const IndexDefinition* TableDefinition::backfilling_index() const {
    const auto found = std::ranges::find_if(indexes, &IndexDefinition::backfilling);
    return found != indexes.end() ? &*found : nullptr;
}

IndexDefinition* TableDefinition::backfilling_index() {
    const auto found = std::ranges::find_if(indexes, &IndexDefinition::backfilling);
    return found != indexes.end() ? &*found : nullptr;
}

std::string_view TableDefinition::region() const {
    constexpr std::string_view prefix = "arn:aws:dynamodb:";
    const std::string_view rest = std::string_view(arn).substr(prefix.size());
    return rest.substr(0, rest.find(':'));
}

json::array key_schema_json(const KeySchema& keys) {
    json::array schema;
    for (const KeyAttribute& each : keys.partition())
        schema.push_back({{"AttributeName", each.name}, {"KeyType", "HASH"}});
    for (const KeyAttribute& each : keys.sort())
        schema.push_back({{"AttributeName", each.name}, {"KeyType", "RANGE"}});
    return schema;
}

const Transition* TableDefinition::transition_at(Timestamp now) const {
    return transition && transition->is_under_way(now) ? &*transition : nullptr;
}

bool TableDefinition::gone_at(Timestamp now) const {
    return transition && transition->kind == Transition::Kind::deleting && !transition->is_under_way(now);
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

Throughput read_throughput(const json::object& parent) {
    Throughput throughput;
    const json::value* given = parent.if_contains("ProvisionedThroughput");
    if (given == nullptr || !given->is_object()) return throughput;
    throughput.read_capacity_units = integer_of(given->at("ReadCapacityUnits"));
    throughput.write_capacity_units = integer_of(given->at("WriteCapacityUnits"));
    return throughput;
}

WarmThroughput read_warm_throughput(const json::object& parent) {
    WarmThroughput warm;
    const json::value* given = parent.if_contains("WarmThroughput");
    if (given == nullptr || !given->is_object()) return warm;
    const auto read = [&](std::string_view name, std::int64_t& units) {
        const json::value* value = given->get_object().if_contains(name);
        if (value != nullptr && value->is_number()) units = integer_of(*value);
    };
    read("ReadUnitsPerSecond", warm.read_units_per_second);
    read("WriteUnitsPerSecond", warm.write_units_per_second);
    return warm;
}

void raise_warm_throughput(TableDefinition& definition) {
    raise(definition.warm, least_warmth(definition, definition.throughput));
    for (IndexDefinition& index : definition.indexes) {
        if (index.global) raise(index.warm, least_warmth(definition, index.throughput));
    }
}

IndexDefinition read_index(const json::object& index, bool global, const json::array& attribute_definitions) {
    IndexDefinition definition;
    definition.name = text(index, "IndexName");
    definition.global = global;
    definition.keys = read_key_schema(index.at("KeySchema").as_array(), attribute_definitions);
    const json::object& projection = index.at("Projection").as_object();
    const auto type = text(projection, "ProjectionType");
    definition.projection = type == "KEYS_ONLY" ? ProjectionType::keys_only
                            : type == "INCLUDE" ? ProjectionType::include
                                                : ProjectionType::all;
    const json::value* names = projection.if_contains("NonKeyAttributes");
    if (names != nullptr && names->is_array()) {
        for (const json::value& name : names->get_array())
            definition.non_key_attributes.emplace_back(name.as_string());
    }
    if (global) {
        definition.throughput = read_throughput(index);
        definition.warm = read_warm_throughput(index);
    }
    return definition;
}

json::object catalogue_json(const StreamDefinition& stream) {
    return {{"Space", stream.space},         {"TableName", stream.table_name},
            {"StreamArn", stream.arn},       {"StreamLabel", stream.label},
            {"Region", stream.region},       {"StreamViewType", stream.view_type},
            {"Enabled", stream.enabled},     {"CreatedMicroseconds", microseconds(stream.created)},
            {"KeySchema", stream.key_schema}};
}

StreamDefinition stream_from_catalogue_json(const json::object& json) {
    StreamDefinition stream{json.at("Space").as_int64(),  text(json, "TableName"),
                            text(json, "StreamArn"),      text(json, "StreamLabel"),
                            text(json, "StreamViewType"), text(json, "Region"),
                            json.at("Enabled").as_bool()};
    // Layout 1 did not have these; a stream of its lives on for a day at the most.
    stream.created = read_time(json, "CreatedMicroseconds").value_or(Timestamp());
    if (const auto* keys = json.if_contains("KeySchema")) stream.key_schema = keys->as_array();
    return stream;
}

json::object catalogue_json(const TableDefinition& definition) {
    json::array indexes;
    for (const IndexDefinition& index : definition.indexes) {
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
        indexes.push_back(std::move(stored));
    }
    json::object object{{"TableName", definition.name},
                        {"TableId", definition.id},
                        {"TableArn", definition.arn},
                        {"CreatedMicroseconds", microseconds(definition.created)},
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
        object["PayPerRequestSinceMicroseconds"] = microseconds(*definition.pay_per_request_since);
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
        const json::object& stored = each.as_object();
        IndexDefinition index =
            read_index(stored, stored.at("Global").as_bool(), definition.attribute_definitions);
        index.space = stored.at("Space").as_int64();
        index.throughput = read_stored_throughput(stored.at("Throughput").as_object());
        if (const auto* limits = stored.if_contains("OnDemandThroughput")) {
            index.on_demand_limits = limits->as_object();
        }
        if (const auto* row_key = stored.if_contains("BackfilledUpTo")) {
            index.backfilled_up_to = decode_base64(row_key->as_string()).value();
        }
        definition.indexes.push_back(std::move(index));
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
    definition.warm = read_warm_throughput(json);
    raise_warm_throughput(definition);
    return definition;
}

json::object describe_throughput(const Throughput& throughput) {
    json::object object;
    if (throughput.last_increase) object["LastIncreaseDateTime"] = epoch_seconds(*throughput.last_increase);
    if (throughput.last_decrease) object["LastDecreaseDateTime"] = epoch_seconds(*throughput.last_decrease);
    object["NumberOfDecreasesToday"] = throughput.decreases_today;
    object["ReadCapacityUnits"] = throughput.read_capacity_units;
    object["WriteCapacityUnits"] = throughput.write_capacity_units;
    return object;
}

json::object describe_warmth(const WarmThroughput& warm, std::string_view status) {
    json::object object = stored_warmth(warm);
    object["Status"] = status;
    return object;
}

json::object describe_index(const TableDefinition& definition, const IndexDefinition& index,
                            const Count& count) {
    json::object shown{{"IndexName", index.name},
                       {"KeySchema", key_schema_json(index.keys)},
                       {"Projection", projection_json(index)},
                       {"IndexArn", definition.arn + "/index/" + index.name},
                       {"IndexSizeBytes", count.bytes},
                       {"ItemCount", count.items}};
    if (!index.global) return shown;
    shown["IndexStatus"] = "ACTIVE";
    shown["ProvisionedThroughput"] = describe_throughput(index.throughput);
    if (!index.on_demand_limits.empty()) shown["OnDemandThroughput"] = index.on_demand_limits;
    shown["WarmThroughput"] = describe_warmth(index.warm, "ACTIVE");
    return shown;
}

json::object describe(const TableDefinition& definition, const Counts& counts, const Transition* transition) {
    const bool active = transition == nullptr || transition->leaves_table_active;
    const std::string_view status = active ? "ACTIVE" : transition->status();
    json::array definitions = sorted(definition.attribute_definitions, [](const json::value& each) {
        return std::string_view(each.at("AttributeName").as_string());
    });
    json::object description{{"AttributeDefinitions", std::move(definitions)},
                             {"TableName", definition.name},
                             {"KeySchema", key_schema_json(definition.keys)},
                             {"TableStatus", status},
                             {"CreationDateTime", epoch_seconds(definition.created)},
                             {"ProvisionedThroughput", describe_throughput(definition.throughput)},
                             {"TableSizeBytes", counts[0].bytes},
                             {"ItemCount", counts[0].items},
                             {"TableArn", definition.arn},
                             {"TableId", definition.id}};
    const bool on_demand = definition.billing_mode == BillingMode::pay_per_request;
    if (on_demand || definition.pay_per_request_since) {
        json::object summary{{"BillingMode", on_demand ? "PAY_PER_REQUEST" : "PROVISIONED"}};
        if (definition.pay_per_request_since) {
            summary["LastUpdateToPayPerRequestDateTime"] = epoch_seconds(*definition.pay_per_request_since);
        }
        description["BillingModeSummary"] = std::move(summary);
        description["TableThroughputModeSummary"] =
            json::object{{"TableThroughputMode", on_demand ? "PAY_PER_REQUEST" : "PROVISIONED"}};
    }
    // What a new table is warm for is not said yet.
    if (status != "CREATING") description["WarmThroughput"] = describe_warmth(definition.warm, "ACTIVE");
    describe_indexes(description, definition, counts, transition);
    if (definition.stream) {
        if (definition.stream->enabled) {
            description["StreamSpecification"] =
                json::object{{"StreamEnabled", true}, {"StreamViewType", definition.stream->view_type}};
        }
        description["LatestStreamLabel"] = definition.stream->label;
        description["LatestStreamArn"] = definition.stream->arn;
    }
    overlay(description, definition.shown_settings);
    if (transition != nullptr) overlay(description, transition->shown_of_table);
    description["DeletionProtectionEnabled"] = definition.deletion_protection;
    return description;
}

}  // namespace tailrace::table
