#include "engine/operation/tables/table_request.hpp"

#include "engine/table/catalogue/table_catalogue_json.hpp"
#include "engine/validation/table_rules.hpp"

namespace tailrace::operation {
namespace {

std::optional<table::Throughput> read_provisioned(const Request& owner) {
    const auto given = owner.structure("ProvisionedThroughput");
    if (!given) return std::nullopt;
    table::Throughput units;
    units.read_capacity_units = *given->integer("ReadCapacityUnits");
    units.write_capacity_units = *given->integer("WriteCapacityUnits");
    return units;
}

std::optional<OnDemandLimits> read_on_demand(const Request& owner) {
    const auto given = owner.structure("OnDemandThroughput");
    if (!given || given->json().empty()) return std::nullopt;
    return OnDemandLimits{given->integer("MaxReadRequestUnits"), given->integer("MaxWriteRequestUnits")};
}

std::optional<table::WarmThroughput> read_warm(const Request& owner) {
    const auto given = owner.structure("WarmThroughput");
    if (!given) return std::nullopt;
    return table::WarmThroughput{given->integer("ReadUnitsPerSecond").value_or(0),
                                 given->integer("WriteUnitsPerSecond").value_or(0)};
}

std::optional<table::BillingMode> read_billing_mode(const Request& request) {
    const auto mode = request.text("BillingMode");
    if (!mode) return std::nullopt;
    return mode == "PAY_PER_REQUEST" ? table::BillingMode::pay_per_request : table::BillingMode::provisioned;
}

std::optional<RequestedStream> read_stream(const Request& request) {
    const auto given = request.structure("StreamSpecification");
    if (!given) return std::nullopt;
    return RequestedStream{given->flag("StreamEnabled").value_or(false),
                           given->text("StreamViewType").value_or("")};
}

std::optional<RequestedEncryption> read_encryption(const Request& request) {
    const auto given = request.structure("SSESpecification");
    if (!given) return std::nullopt;
    return RequestedEncryption{given->flag("Enabled").value_or(false), given->text("KMSMasterKeyId")};
}

RequestedIndex read_index(const Request& index, bool global,
                          const boost::json::array& attribute_definitions) {
    RequestedIndex read;
    table::IndexDefinition& definition = read.definition;
    definition.name = *index.text("IndexName");
    definition.global = global;
    definition.keys = table::read_key_schema(*index.list("KeySchema"), attribute_definitions);
    table::read_projection(*index.map("Projection"), definition);
    if (!global) return read;
    read.capacity = RequestedCapacity::read(index);
    definition.throughput = read.capacity.provisioned.value_or(table::Throughput());
    definition.warm = read.capacity.warm.value_or(table::WarmThroughput());
    return read;
}

std::vector<RequestedIndex> read_indexes(const Request& request,
                                         const boost::json::array& attribute_definitions) {
    std::vector<RequestedIndex> indexes;
    for (const bool global : {false, true}) {
        const auto* list = request.list(global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes");
        if (list == nullptr) continue;
        for (const auto& each : *list) {
            indexes.push_back(read_index(request.element(each), global, attribute_definitions));
        }
    }
    return indexes;
}

/// A new index is read completely only if there are `attribute_definitions`; otherwise only its name.
IndexUpdate read_index_update(const Request& update, const boost::json::array* attribute_definitions) {
    using Action = IndexUpdate::Action;
    const auto create = update.structure("Create");
    if (create && attribute_definitions != nullptr) {
        return {Action::create, read_index(*create, true, *attribute_definitions)};
    }
    const auto change = update.structure("Update");
    IndexUpdate read{create ? Action::create : change ? Action::update : Action::remove, {}};
    const Request action = create ? *create : change ? *change : *update.structure("Delete");
    read.index.definition.name = *action.text("IndexName");
    if (change) read.index.capacity = RequestedCapacity::read(action);
    return read;
}

std::vector<IndexUpdate> read_index_updates(const Request& request) {
    const auto* list = request.list("GlobalSecondaryIndexUpdates");
    if (list == nullptr) return {};
    const bool too_many = list->size() > UpdateTableRequest::max_index_updates;
    const auto* attribute_definitions = too_many ? nullptr : request.list("AttributeDefinitions");
    std::vector<IndexUpdate> updates;
    for (const auto& each : *list) {
        updates.push_back(read_index_update(request.element(each), attribute_definitions));
    }
    return updates;
}

}  // namespace

RequestedCapacity RequestedCapacity::read(const Request& owner) {
    return {read_provisioned(owner), read_on_demand(owner), read_warm(owner)};
}

RequestedSettings RequestedSettings::read(const Request& request) {
    return {.billing_mode = read_billing_mode(request),
            .capacity = RequestedCapacity::read(request),
            .stream = read_stream(request),
            .encryption = read_encryption(request),
            .table_class = request.text("TableClass"),
            .deletion_protection = request.flag("DeletionProtectionEnabled")};
}

CreateTableRequest CreateTableRequest::read(const Request& request) {
    validation::check_create_table(request);
    const boost::json::array& attribute_definitions = *request.list("AttributeDefinitions");
    return {.table_name = request.table_name(),
            .attribute_definitions = &attribute_definitions,
            .keys = table::read_key_schema(*request.list("KeySchema"), attribute_definitions),
            .indexes = read_indexes(request, attribute_definitions),
            .tags = read_tags(request),
            .settings = RequestedSettings::read(request)};
}

UpdateTableRequest UpdateTableRequest::read(const Request& request) {
    validation::check_update_table(request);
    return {.table_name = request.table_name(),
            .attribute_definitions = request.list("AttributeDefinitions"),
            .index_updates = read_index_updates(request),
            .settings = RequestedSettings::read(request)};
}

}  // namespace tailrace::operation
