#include "engine/operation/index_updates.hpp"

#include <algorithm>

#include "engine/model/api_error.hpp"
#include "engine/operation/shown_settings.hpp"
#include "engine/operation/throughput_updates.hpp"
#include "engine/table/index_builder.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

using boost::json::object;
using table::IndexDefinition;

// Source: "Service, account, and table quotas".
constexpr std::ptrdiff_t max_global_indexes = 20;

/// More are refused unread, in the words for the creation of several.
constexpr std::size_t max_index_updates = 5;

[[noreturn]] void refuse_several_changes() {
    throw ApiError::limit_exceeded(
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table");
}

/// Adds the request's definitions of attributes that the table does not define yet.
void add_attribute_definitions(const object& request, table::TableDefinition& definition) {
    for (const auto& given : request.at("AttributeDefinitions").as_array()) {
        const auto same_name = [&](const auto& known) {
            return known.at("AttributeName") == given.at("AttributeName");
        };
        const auto& known = definition.attribute_definitions;
        const auto found = std::ranges::find_if(known, same_name);
        if (found == known.end()) {
            definition.attribute_definitions.push_back(given);
        } else if (found->at("AttributeType") != given.at("AttributeType")) {
            throw ApiError::validation(
                "One or more parameter values were invalid: The type of an attribute that is a key cannot be "
                "changed. Attribute: " +
                std::string(given.at("AttributeName").as_string()));
        }
    }
}

/// Only attributes that are keys are defined.
void drop_unused_attribute_definitions(table::TableDefinition& definition) {
    boost::json::array used;
    for (const auto& each : definition.attribute_definitions) {
        const std::string_view name = each.at("AttributeName").as_string();
        const bool in_index = std::ranges::any_of(
            definition.indexes, [&](const IndexDefinition& index) { return index.keys.contains(name); });
        if (in_index || definition.keys.contains(name)) used.push_back(each);
    }
    definition.attribute_definitions = std::move(used);
}

void check_index_throughput(const object& create, const table::TableDefinition& definition) {
    const bool given = validation::object_member(create, "ProvisionedThroughput") != nullptr;
    const bool on_demand = definition.billing_mode == table::BillingMode::pay_per_request;
    const std::string name(create.at("IndexName").as_string());
    const std::string invalid = "One or more parameter values were invalid: ProvisionedThroughput ";
    if (on_demand && given) {
        throw ApiError::validation(invalid + "should not be specified for index: " + name +
                                   " when BillingMode is PAY_PER_REQUEST");
    }
    if (!on_demand && !given) throw ApiError::validation(invalid + "is not specified for index: " + name);
}

void create_index(const object& request, const object& create, TableUpdate& update) {
    table::TableDefinition& definition = update.definition;
    if (definition.find_index(create.at("IndexName").as_string()) != nullptr) {
        throw ApiError::validation("Attempting to create an index which already exists");
    }
    if (std::ranges::count(definition.indexes, true, &IndexDefinition::global) >= max_global_indexes) {
        throw ApiError::limit_exceeded("GlobalSecondaryIndex count exceeds the per-table limit of " +
                                       std::to_string(max_global_indexes));
    }
    check_index_throughput(create, definition);
    add_attribute_definitions(request, definition);
    IndexDefinition index = table::read_index(create, true, definition.attribute_definitions);
    index.space = update.session.new_space();
    update.session.transaction().create_space(index.space);
    update.counts.push_back(table::build_index(update.session, definition, index));
    definition.transition->created_index = index.name;
    definition.indexes.push_back(std::move(index));
    drop_unused_attribute_definitions(definition);
}

std::vector<IndexDefinition>::iterator find_global(TableUpdate& update, const object& action) {
    const std::string_view name = action.at("IndexName").as_string();
    auto& indexes = update.definition.indexes;
    const auto found = std::ranges::find_if(
        indexes, [&](const IndexDefinition& index) { return index.global && index.name == name; });
    if (found == indexes.end()) {
        throw ApiError::resource_not_found("Requested resource not found: Index " + std::string(name) +
                                           " for table " + update.definition.name);
    }
    return found;
}

void update_index(const object& change, TableUpdate& update) {
    IndexDefinition& index = *find_global(update, change);
    if (validation::object_member(change, "ProvisionedThroughput") != nullptr) {
        update_throughput(index.throughput, table::read_throughput(change), update.session.now());
    }
    update_warm_throughput(change, index);
}

void delete_index(const object& action, TableUpdate& update) {
    const auto index = find_global(update, action);
    const auto count = update.counts.begin() + 1 + (index - update.definition.indexes.begin());
    object shown = table::describe_index(update.definition, *index, *count);
    shown["IndexStatus"] = "DELETING";
    update.definition.transition->deleted_index = std::move(shown);
    update.session.transaction().drop_space(index->space);
    update.counts.erase(count);
    update.definition.indexes.erase(index);
    drop_unused_attribute_definitions(update.definition);
}

}  // namespace

void update_indexes(const object& request, TableUpdate& update) {
    const auto* updates = validation::list_member(request, "GlobalSecondaryIndexUpdates");
    if (updates == nullptr) return;
    if (updates->size() > max_index_updates) refuse_several_changes();
    std::size_t built_or_deleted = 0;
    for (const auto& each : *updates) {
        if (!each.is_object()) continue;
        const object& action = each.get_object();
        if (const auto* changed = validation::object_member(action, "Update")) {
            update_index(*changed, update);
            continue;
        }
        if (++built_or_deleted > 1) refuse_several_changes();
        if (const auto* create = validation::object_member(action, "Create")) {
            create_index(request, *create, update);
        } else {
            delete_index(*validation::object_member(action, "Delete"), update);
        }
    }
}

}  // namespace tailrace::operation
