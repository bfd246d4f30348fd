#include "engine/operation/tables/shown_settings.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/model/uuid.hpp"
#include "engine/operation/resource_arn.hpp"
#include "engine/operation/tables/table_description.hpp"

namespace tailrace::operation {
namespace {

using boost::json::object;

[[noreturn]] void refuse(const std::string& fault) {
    throw ApiError::validation("One or more parameter values were invalid: " + fault);
}

/// The ARN of a key given by its id, its alias or its ARN.
std::string key_arn(const table::TableDefinition& definition, std::string_view key) {
    if (key.starts_with("arn:")) return std::string(key);
    const auto table = ResourceArn::parse(definition.arn);
    std::string arn = "arn:aws:kms:";
    arn.append(table->region).append(":").append(table->account).append(":");
    return arn.append(key.starts_with("alias/") ? "" : "key/").append(key);
}

/// Sets the requested encryption. Encryption with the service's own keys is not shown in descriptions.
void set_encryption(const RequestedEncryption& wanted, table::TableDefinition& definition) {
    if (!wanted.enabled) {
        definition.shown_settings.erase("SSEDescription");
        return;
    }
    // The account's default key for DynamoDB has a random id.
    definition.shown_settings["SSEDescription"] = object{
        {"Status", "ENABLED"},
        {"SSEType", "KMS"},
        {"KMSMasterKeyArn", key_arn(definition, wanted.key_id ? std::string(*wanted.key_id) : make_uuid())}};
}

void update_encryption(const RequestedEncryption& wanted, table::TableDefinition& definition) {
    const auto* before = definition.shown_settings.if_contains("SSEDescription");
    if (before == nullptr && !wanted.enabled) refuse("Table is already encrypted by default");
    const auto& key = wanted.key_id;
    if (before != nullptr && key && before->at("KMSMasterKeyArn").as_string() == std::string_view(*key)) {
        refuse(
            "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want "
            "to change Master Key");
    }
    set_encryption(wanted, definition);
    if (const auto* after = definition.shown_settings.if_contains("SSEDescription")) {
        object shown = after->as_object();
        shown["Status"] = "UPDATING";
        definition.transition->shown_of_table["SSEDescription"] = std::move(shown);
    }
}

bool is_on_demand(const table::TableDefinition& definition) {
    return definition.billing_mode == table::BillingMode::pay_per_request;
}

/// The old limits with the requested ones in their place. `of_index` is " for index: NAME" for the limits of
/// an index.
object limits_after(const RequestedCapacity& wanted, object limits, bool on_demand,
                    const std::string& of_index) {
    const auto set = [&](const std::string& name, const std::optional<std::int64_t>& units) {
        if (!units) return;
        if (!on_demand) {
            refuse(name + " for OnDemandThroughput" + of_index +
                   " cannot be specified when the table BillingMode is PROVISIONED");
        }
        if (*units == -1) {
            limits.erase(name);
        } else {
            limits[name] = *units;
        }
    };
    const OnDemandLimits given = wanted.on_demand.value_or(OnDemandLimits());
    set("MaxReadRequestUnits", given.read_units);
    set("MaxWriteRequestUnits", given.write_units);
    if (!on_demand) limits.clear();
    return limits;
}

void set_on_demand_throughput(const RequestedCapacity& wanted, table::TableDefinition& definition) {
    object before;
    if (const auto* limits = definition.shown_settings.if_contains("OnDemandThroughput")) {
        before = limits->as_object();
    }
    const bool on_demand = is_on_demand(definition);
    object limits = limits_after(wanted, std::move(before), on_demand, "");
    if (limits.empty()) {
        definition.shown_settings.erase("OnDemandThroughput");
    } else {
        definition.shown_settings["OnDemandThroughput"] = std::move(limits);
    }
    if (on_demand) return;
    for (table::IndexDefinition& index : definition.indexes) index.on_demand_limits.clear();
}

struct WarmUnits {
    using Units = std::int64_t table::WarmThroughput::*;

    std::string_view name;
    std::string_view capacity_name;
    Units units;
};

constexpr WarmUnits warm_reads{"ReadUnitsPerSecond", "ReadCapacityUnits",
                               &table::WarmThroughput::read_units_per_second};
constexpr WarmUnits warm_writes{"WriteUnitsPerSecond", "WriteCapacityUnits",
                                &table::WarmThroughput::write_units_per_second};

/// Sets the requested units, unless they are lower than the current ones: warm throughput only grows. `why`
/// names the lower limit in the message.
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

void set_warm_throughput(const RequestedCapacity& requested, table::TableDefinition& definition) {
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
    raise(definition.warm, requested.warm.value_or(table::WarmThroughput()), "table", baseline);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        table::IndexDefinition& index = definition.indexes[i];
        raise(index.warm, wanted[i], "index " + index.name, baseline);
    }
}

}  // namespace

void set_shown_settings(const CreateTableRequest& request, table::TableDefinition& definition) {
    const RequestedSettings& settings = request.settings;
    if (settings.table_class) {
        definition.shown_settings["TableClassSummary"] = object{{"TableClass", *settings.table_class}};
    }
    if (settings.encryption) set_encryption(*settings.encryption, definition);
    set_on_demand_throughput(settings.capacity, definition);
    for (std::size_t i = 0; i < request.indexes.size(); ++i) {
        limit_index(request.indexes[i].capacity, definition, definition.indexes[i]);
    }
    set_warm_throughput(settings.capacity, definition);
}

void update_shown_settings(const RequestedSettings& settings, table::TableDefinition& definition,
                           Timestamp now) {
    if (settings.table_class) {
        definition.shown_settings["TableClassSummary"] =
            object{{"TableClass", *settings.table_class}, {"LastUpdateDateTime", epoch_seconds(now)}};
    }
    if (settings.encryption) update_encryption(*settings.encryption, definition);
    set_on_demand_throughput(settings.capacity, definition);
    table::raise_warm_throughput(definition);
    const auto& warm = settings.capacity.warm;
    if (!warm) return;
    definition.transition->shown_of_table["WarmThroughput"] = describe_warmth(definition.warm, "UPDATING");
    raise(definition.warm, *warm, "table", current_warmth);
}

void limit_index(const RequestedCapacity& wanted, const table::TableDefinition& definition,
                 table::IndexDefinition& index) {
    index.on_demand_limits = limits_after(wanted, std::move(index.on_demand_limits), is_on_demand(definition),
                                          " for index: " + index.name);
}

void warm_index(const RequestedCapacity& wanted, table::IndexDefinition& index,
                table::Transition& transition) {
    if (!wanted.warm) return;
    transition.shown_of_index(index.name)["WarmThroughput"] = describe_warmth(index.warm, "UPDATING");
    raise(index.warm, *wanted.warm, "index " + index.name, current_warmth);
}

}  // namespace tailrace::operation
