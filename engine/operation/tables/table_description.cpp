#include "engine/operation/tables/table_description.hpp"

#include <algorithm>
#include <functional>

#include "engine/model/attribute_json.hpp"
#include "engine/table/catalogue/table_catalogue_json.hpp"

namespace tailrace::operation {
namespace {

namespace json = boost::json;
using table::IndexDefinition;
using table::TableDefinition;
using table::Transition;

/// In the order of their names, as AWS shows them.
json::array sorted_definitions(json::array definitions) {
    std::ranges::sort(definitions, std::less<>(), [](const json::value& each) {
        return std::string_view(each.at("AttributeName").as_string());
    });
    return definitions;
}

void overlay(json::object& shown, const json::object& members) {
    for (const auto& member : members) shown[member.key()] = member.value();
}

/// Indexes are created and deleted with their table, but one that UpdateTable creates has its own transition.
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

void describe_indexes(json::object& description, const TableDefinition& definition,
                      const table::Counts& counts, const Transition* transition) {
    json::array local;
    json::array global;
    for (std::size_t i = 0; i < definition.indexes.size(); ++i) {
        const IndexDefinition& index = definition.indexes[i];
        json::object shown = describe_index(definition, index, counts[i + 1]);
        if (index.backfilling()) show_backfilling(shown);
        if (transition != nullptr && index.global) show_index_transition(shown, *transition);
        // The warm throughput of a new index is not shown yet.
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

json::object describe_throughput(const table::Throughput& throughput) {
    json::object object;
    if (throughput.last_increase) object["LastIncreaseDateTime"] = epoch_seconds(*throughput.last_increase);
    if (throughput.last_decrease) object["LastDecreaseDateTime"] = epoch_seconds(*throughput.last_decrease);
    object["NumberOfDecreasesToday"] = throughput.decreases_today;
    object["ReadCapacityUnits"] = throughput.read_capacity_units;
    object["WriteCapacityUnits"] = throughput.write_capacity_units;
    return object;
}

json::object describe_warmth(const table::WarmThroughput& warm, std::string_view status) {
    return {{"ReadUnitsPerSecond", warm.read_units_per_second},
            {"WriteUnitsPerSecond", warm.write_units_per_second},
            {"Status", status}};
}

json::object describe_index(const TableDefinition& definition, const IndexDefinition& index,
                            const table::Count& count) {
    json::object shown{{"IndexName", index.name},
                       {"KeySchema", table::key_schema_json(index.keys)},
                       {"Projection", table::projection_json(index)},
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

json::object describe(const DescribedTable& table) {
    const TableDefinition& definition = table.definition;
    const table::Counts& counts = table.counts;
    const Transition* transition = definition.transition ? &*definition.transition : nullptr;
    const bool active = transition == nullptr || transition->leaves_table_active;
    const std::string_view status = active ? "ACTIVE" : transition->status();
    json::object description{{"AttributeDefinitions", sorted_definitions(definition.attribute_definitions)},
                             {"TableName", definition.name},
                             {"KeySchema", table::key_schema_json(definition.keys)},
                             {"TableStatus", status},
                             {"CreationDateTime", epoch_seconds(definition.created)},
                             {"ProvisionedThroughput", describe_throughput(definition.throughput)},
                             {"TableSizeBytes", counts[0].bytes},
                             {"ItemCount", counts[0].items},
                             {"TableArn", definition.arn},
                             {"TableId", definition.id}};
    const bool on_demand = definition.billing_mode == table::BillingMode::pay_per_request;
    if (on_demand || definition.pay_per_request_since) {
        json::object summary{{"BillingMode", on_demand ? "PAY_PER_REQUEST" : "PROVISIONED"}};
        if (definition.pay_per_request_since) {
            summary["LastUpdateToPayPerRequestDateTime"] = epoch_seconds(*definition.pay_per_request_since);
        }
        description["BillingModeSummary"] = std::move(summary);
        description["TableThroughputModeSummary"] =
            json::object{{"TableThroughputMode", on_demand ? "PAY_PER_REQUEST" : "PROVISIONED"}};
    }
    // The warm throughput of a new table is not shown yet.
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

}  // namespace tailrace::operation
