#include "engine/operation/tables/throughput_updates.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "engine/model/api_error.hpp"
#include "engine/operation/tables/table_description.hpp"

namespace tailrace::operation {
namespace {

using table::BillingMode;

bool updates_index(const UpdateTableRequest& request, const std::string& name) {
    return std::ranges::any_of(request.index_updates, [&](const IndexUpdate& each) {
        return each.action == IndexUpdate::Action::update && each.index.definition.name == name;
    });
}

/// A table that becomes provisioned needs units for each of its global indexes.
void require_index_throughput(const UpdateTableRequest& request, const table::TableDefinition& definition) {
    std::string missing;
    for (const table::IndexDefinition& index : definition.indexes) {
        if (!index.global || updates_index(request, index.name)) continue;
        missing.append(missing.empty() ? "" : ",").append(index.name);
    }
    if (missing.empty()) return;
    throw ApiError::validation(
        "One or more parameter values were invalid: ProvisionedThroughput must be specified for index: " +
        missing);
}

[[noreturn]] void refuse_no_change(const table::Throughput& throughput, const std::string& index) {
    const std::string owner = index.empty() ? "the table" : "index " + index;
    const std::string reads = std::to_string(throughput.read_capacity_units);
    const std::string writes = std::to_string(throughput.write_capacity_units);
    throw ApiError::validation(
        "The provisioned throughput for the " + (index.empty() ? "table" : owner) +
        " will not change. The requested value equals the current value. Current ReadCapacityUnits "
        "provisioned for " +
        owner + ": " + reads + ". Requested ReadCapacityUnits: " + reads +
        ". Current WriteCapacityUnits provisioned for " + owner + ": " + writes +
        ". Requested WriteCapacityUnits: " + writes +
        ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher "
        "limits.");
}

}  // namespace

void update_throughput(table::Throughput& throughput, const ThroughputChange& change,
                       table::Transition& transition) {
    const auto reads = change.wanted.read_capacity_units - throughput.read_capacity_units;
    const auto writes = change.wanted.write_capacity_units - throughput.write_capacity_units;
    if (reads == 0 && writes == 0) refuse_no_change(throughput, change.index);
    table::Throughput old = throughput;
    if (reads > 0 || writes > 0) {
        old.last_increase = change.now;
        throughput.last_increase = transition.until;
    }
    if (reads < 0 || writes < 0) {
        old.last_decrease = change.now;
        throughput.last_decrease = transition.until;
        ++throughput.decreases_today;
    }
    if (change.index.empty()) {
        transition.shown_of_table["ProvisionedThroughput"] = describe_throughput(old);
    } else {
        transition.shown_of_index(change.index)["ProvisionedThroughput"] = describe_throughput(old);
    }
    throughput.read_capacity_units = change.wanted.read_capacity_units;
    throughput.write_capacity_units = change.wanted.write_capacity_units;
}

void update_billing(const UpdateTableRequest& request, table::TableDefinition& definition, Timestamp now) {
    const BillingMode before = definition.billing_mode;
    const BillingMode after = request.settings.billing_mode.value_or(before);
    const std::optional<table::Throughput>& units = request.settings.capacity.provisioned;
    if (after == BillingMode::pay_per_request && units) {
        throw ApiError::validation(
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can "
            "be specified when BillingMode is PAY_PER_REQUEST");
    }
    if (after == BillingMode::provisioned && before != after) require_index_throughput(request, definition);
    if (after == BillingMode::pay_per_request && before != after) {
        definition.pay_per_request_since = now;
        definition.throughput = {};
        for (table::IndexDefinition& index : definition.indexes) index.throughput = {};
    }
    definition.billing_mode = after;
    if (units) update_throughput(definition.throughput, {*units, {}, now}, *definition.transition);
}

}  // namespace tailrace::operation
