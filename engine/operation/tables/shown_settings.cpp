#include "engine/operation/tables/shown_settings.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/model/uuid.hpp"
#include "engine/operation/resource_arn.hpp"
#include "engine/operation/tables/index_request.hpp"
#include "engine/operation/tables/table_description.hpp"
#include "engine/operation/tables/table_settings.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

using boost::json::object;

[[noreturn]] void refuse(const std::string& fault) {
    throw ApiError::validation("One or more parameter values were invalid: " + fault);
}

/// The ARN of a key that is given by its id, its alias or its ARN.
std::string key_arn(const table::TableDefinition& definition, std::string_view key) {
    if (key.starts_with("arn:")) return std::string(key);
    const auto table = ResourceArn::parse(definition.arn);
    std::string arn = "arn:aws:kms:";
    arn.append(table->region).append(":").append(table->account).append(":");
    return arn.append(key.starts_with("alias/") ? "" : "key/").append(key);
}

/// The encryption that a specification asks for; nothing for that by the service's own keys, which no
/// description mentions.
void set_encryption(const object& specification, table::TableDefinition& definition) {
    if (!validation::boolean_member(specification, "Enabled").value_or(false)) {
        definition.shown_settings.erase("SSEDescription");
        return;
    }
    // The account's key for DynamoDB has an id that nobody chose.
    const auto key = validation::text_member(specification, "KMSMasterKeyId");
    definition.shown_settings["SSEDescription"] =
        object{{"Status", "ENABLED"},
               {"SSEType", "KMS"},
               {"KMSMasterKeyArn", key_arn(definition, key ? std::string(*key) : make_uuid())}};
}

void update_encryption(const object& request, table::TableDefinition& definition) {
    const auto* specification = validation::object_member(request, "SSESpecification");
    if (specification == nullptr) return;
    const auto* before = definition.shown_settings.if_contains("SSEDescription");
    const bool enabled = validation::boolean_member(*specification, "Enabled").value_or(false);
    if (before == nullptr && !enabled) refuse("Table is already encrypted by default");
    const auto key = validation::text_member(*specification, "KMSMasterKeyId");
    if (before != nullptr && key && before->at("KMSMasterKeyArn").as_string() == std::string_view(*key)) {
        refuse(
            "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want "
            "to change Master Key");
    }
    set_encryption(*specification, definition);
    if (const auto* after = definition.shown_settings.if_contains("SSEDescription")) {
        object shown = after->as_object();
        shown["Status"] = "UPDATING";
        definition.transition->shown_of_table["SSEDescription"] = std::move(shown);
    }
}

bool is_on_demand(const table::TableDefinition& definition) {
    return definition.billing_mode == table::BillingMode::pay_per_request;
}

/// The limits `before` with those that `parent` gives in their place; -1 removes one. `of_index` is
/// " for index: NAME" where they are an index's.
object limits_after(const object& parent, object limits, bool on_demand, const std::string& of_index) {
    const auto* wanted = validation::object_member(parent, "OnDemandThroughput");
    for (const std::string_view name : {"MaxReadRequestUnits", "MaxWriteRequestUnits"}) {
        const auto units = wanted == nullptr ? std::nullopt : validation::integer_member(*wanted, name);
        if (!units) continue;
        if (!on_demand) {
            refuse(std::string(name) + " for OnDemandThroughput" + of_index +
                   " cannot be specified when the table BillingMode is PROVISIONED");
        }
        if (*units == -1) {
            limits.erase(name);
        } else {
            limits[name] = *units;
        }
    }
    if (!on_demand) limits.clear();
    return limits;
}

void set_on_demand_throughput(const object& request, table::TableDefinition& definition) {
    object before;
    if (const auto* limits = definition.shown_settings.if_contains("OnDemandThroughput")) {
        before = limits->as_object();
    }
    const bool on_demand = is_on_demand(definition);
    object limits = limits_after(request, std::move(before), on_demand, "");
    if (limits.empty()) {
        definition.shown_settings.erase("OnDemandThroughput");
    } else {
        definition.shown_settings["OnDemandThroughput"] = std::move(limits);
    }
    if (on_demand) return;
    for (table::IndexDefinition& index : definition.indexes) index.on_demand_limits.clear();
}

struct WarmUnits {
    std::string_view name;
    std::string_view capacity_name;
    std::int64_t table::WarmThroughput::*units;
};

constexpr WarmUnits warm_reads{"ReadUnitsPerSecond", "ReadCapacityUnits",
                               &table::WarmThroughput::read_units_per_second};
constexpr WarmUnits warm_writes{"WriteUnitsPerSecond", "WriteCapacityUnits",
                                &table::WarmThroughput::write_units_per_second};

/// Takes the wanted units over, unless they are fewer than those that are there: warm throughput only grows.
/// `why` says what they may not be lower than.
void raise(table::WarmThroughput& warm, const table::WarmThroughput& wanted, const std::string& owner,
           const std::function<std::string(const WarmUnits&)>& why) {
    for (const WarmUnits& each : {warm_reads, warm_writes}) {
        const std::int64_t units = wanted.*each.units;
        if (units == 0) continue;
        if (units < warm.*each.units) {
            refuse("Requested " + std::string(each.name) + " for WarmThroughput for " + owner +
                   " is lower than " + why(each));
        }
        warm.*each.units = units;
    }
}

std::string current_warmth(const WarmUnits&) {
    return "current WarmThroughput, decreasing WarmThroughput is not supported";
}

void set_warm_throughput(const object& request, table::TableDefinition& definition) {
    const bool on_demand = is_on_demand(definition);
    const auto baseline = [&](const WarmUnits& units) {
        if (!on_demand) return std::string(units.capacity_name) + " of ProvisionedThroughput";
        return std::string(
            "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/"
            "developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial");
    };
    std::vector<table::WarmThroughput> wanted;
    for (table::IndexDefinition& index : definition.indexes) wanted.push_back(std::exchange(index.warm, {}));
    table::raise_warm_throughput(definition);
    raise(definition.warm, read_warm_throughput(request), "table", baseline);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        table::IndexDefinition& index = definition.indexes[i];
        raise(index.warm, wanted[i], "index " + index.name, baseline);
    }
}

}  // namespace

void read_shown_settings(const object& request, table::TableDefinition& definition) {
    if (const auto table_class = validation::text_member(request, "TableClass")) {
        definition.shown_settings["TableClassSummary"] = object{{"TableClass", *table_class}};
    }
    if (const auto* encryption = validation::object_member(request, "SSESpecification")) {
        set_encryption(*encryption, definition);
    }
    set_on_demand_throughput(request, definition);
    if (const auto* indexes = validation::list_member(request, "GlobalSecondaryIndexes")) {
        for (const auto& each : *indexes) {
            if (!each.is_object()) continue;
            const std::string_view name = each.at("IndexName").as_string();
            const auto index = std::ranges::find(definition.indexes, name, &table::IndexDefinition::name);
            limit_index(each.get_object(), definition, *index);
        }
    }
    set_warm_throughput(request, definition);
}

void update_shown_settings(const object& request, table::TableDefinition& definition, Timestamp now) {
    if (const auto table_class = validation::text_member(request, "TableClass")) {
        definition.shown_settings["TableClassSummary"] =
            object{{"TableClass", *table_class}, {"LastUpdateDateTime", epoch_seconds(now)}};
    }
    update_encryption(request, definition);
    set_on_demand_throughput(request, definition);
    table::raise_warm_throughput(definition);
    if (validation::object_member(request, "WarmThroughput") != nullptr) {
        definition.transition->shown_of_table["WarmThroughput"] =
            describe_warmth(definition.warm, "UPDATING");
    }
    raise(definition.warm, read_warm_throughput(request), "table", current_warmth);
}

void limit_index(const object& parent, const table::TableDefinition& definition,
                 table::IndexDefinition& index) {
    index.on_demand_limits = limits_after(parent, std::move(index.on_demand_limits), is_on_demand(definition),
                                          " for index: " + index.name);
}

void warm_index(const object& change, table::IndexDefinition& index, table::Transition& transition) {
    if (validation::object_member(change, "WarmThroughput") != nullptr) {
        transition.shown_of_index(index.name)["WarmThroughput"] = describe_warmth(index.warm, "UPDATING");
    }
    raise(index.warm, read_warm_throughput(change), "index " + index.name, current_warmth);
}

}  // namespace tailrace::operation
