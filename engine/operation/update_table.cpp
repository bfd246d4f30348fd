#include <algorithm>

#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/table_settings.hpp"
#include "engine/validation/request_member.hpp"
#include "engine/validation/table_rules.hpp"

namespace tailrace::operation {
namespace {

void update_stream(table::WriteSession& session, const boost::json::object& request,
                   table::TableDefinition& definition) {
    const auto* specification = validation::object_member(request, "StreamSpecification");
    if (specification == nullptr) return;
    if (enables_stream(specification)) {
        if (definition.streams()) {
            throw ApiError::validation("Table already has an enabled stream: TableName: " + definition.name);
        }
        definition.stream = new_stream(session, definition, *specification);
        return;
    }
    if (!definition.streams()) {
        throw ApiError::validation("Table has no stream to disable: TableName: " + definition.name);
    }
    definition.stream->enabled = false;
    session.save_stream(*definition.stream);
}

/// Takes the new units over; AWS refuses a request that changes nothing.
void update_throughput(table::Throughput& throughput, const table::Throughput& wanted, Timestamp now) {
    const auto reads = wanted.read_capacity_units - throughput.read_capacity_units;
    const auto writes = wanted.write_capacity_units - throughput.write_capacity_units;
    if (reads == 0 && writes == 0) {
        const std::string read_units = std::to_string(wanted.read_capacity_units);
        const std::string write_units = std::to_string(wanted.write_capacity_units);
        throw ApiError::validation(
            "The provisioned throughput for the table will not change. The requested value equals the "
            "current value. "
            "Current ReadCapacityUnits provisioned for the table: " +
            read_units + ". Requested ReadCapacityUnits: " + read_units +
            ". Current WriteCapacityUnits provisioned for the table: " + write_units +
            ". Requested WriteCapacityUnits: " + write_units +
            ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher "
            "limits.");
    }
    if (reads > 0 || writes > 0) throughput.last_increase = now;
    if (reads < 0 || writes < 0) {
        throughput.last_decrease = now;
        ++throughput.decreases_today;
    }
    throughput.read_capacity_units = wanted.read_capacity_units;
    throughput.write_capacity_units = wanted.write_capacity_units;
}

void update_indexes(const boost::json::object& request, table::TableDefinition& definition, Timestamp now) {
    const auto* updates = validation::list_member(request, "GlobalSecondaryIndexUpdates");
    if (updates == nullptr) return;
    for (const auto& each : *updates) {
        const auto* update = validation::object_member(each.as_object(), "Update");
        if (update == nullptr) {
            throw ApiError::validation(
                "Tailrace changes the throughput of global secondary indexes; it does not add or delete "
                "them.");
        }
        const std::string name(update->at("IndexName").as_string());
        const auto index = std::ranges::find(definition.indexes, name, &table::IndexDefinition::name);
        if (index == definition.indexes.end() || !index->global) {
            throw ApiError::resource_not_found("Requested resource not found");
        }
        update_throughput(index->throughput, table::read_throughput(*update), now);
    }
}

void update_billing(const boost::json::object& request, table::TableDefinition& definition, Timestamp now) {
    const auto mode = validation::text_member(request, "BillingMode");
    const bool has_throughput = validation::object_member(request, "ProvisionedThroughput") != nullptr;
    const bool on_demand =
        mode ? *mode == "PAY_PER_REQUEST" : definition.billing_mode == table::BillingMode::pay_per_request;
    if (on_demand && has_throughput) {
        throw ApiError::validation(
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can "
            "be "
            "specified when BillingMode is PAY_PER_REQUEST");
    }
    const bool was_on_demand = definition.billing_mode == table::BillingMode::pay_per_request;
    if (on_demand && !was_on_demand) {
        definition.pay_per_request_since = now;
        definition.throughput = {};
        for (table::IndexDefinition& index : definition.indexes) index.throughput = {};
    }
    definition.billing_mode =
        on_demand ? table::BillingMode::pay_per_request : table::BillingMode::provisioned;
    if (has_throughput) update_throughput(definition.throughput, table::read_throughput(request), now);
}

}  // namespace

std::string update_table(OperationContext& context, const boost::json::object& request) {
    validation::check_update_table(request);
    return context.database.write([&](table::WriteSession& session) {
        const table::Table& table = session.described_table(request.at("TableName").as_string());
        table::TableDefinition definition = table.definition;
        update_billing(request, definition, session.now());
        update_indexes(request, definition, session.now());
        update_stream(session, request, definition);
        if (const auto wanted = validation::boolean_member(request, "DeletionProtectionEnabled")) {
            definition.deletion_protection = *wanted;
        }
        ResponseBody body;
        body.member("TableDescription", table::describe(definition, table.counts, "UPDATING"));
        session.save_table(std::move(definition));
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
