#include "engine/operation/tables/index_updates.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "engine/model/api_error.hpp"
#include "engine/operation/tables/index_request.hpp"
#include "engine/operation/tables/shown_settings.hpp"
#include "engine/operation/tables/table_description.hpp"
#include "engine/operation/tables/throughput_updates.hpp"
#include "engine/table/items/index_builder.hpp"
#include "engine/validation/request_member.hpp"
#include "engine/validation/table_setting_rules.hpp"

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

/// A key schema as AWS writes it.
std::string schema_text(const table::KeySchema& keys) {
    std::string text = "Schema:[";
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const table::KeyAttribute& each = keys.attributes[i];
        text.append(i > 0 ? ", " : "").append("SchemaElement: key{").append(each.name).append(":");
        text.append(type_name(each.type)).append(i < keys.partition_count ? ":HASH}" : ":RANGE}");
    }
    return text.append("]");
}

/// An attribute has one type in all the keys that it is part of.
void check_types(const table::TableDefinition& definition, const table::KeySchema& created) {
    const auto check = [&](const table::KeySchema& existing) {
        for (const table::KeyAttribute& each : created.attributes) {
            const auto known = std::ranges::find(existing.attributes, each.name, &table::KeyAttribute::name);
            if (known == existing.attributes.end() || known->type == each.type) continue;
            throw ApiError::validation(
                "One or more parameter values were invalid: Attributes cannot be redefined. Please check "
                "that your attribute has the same type as previously defined. Existing schema: " +
                schema_text(existing) + " New schema: " + schema_text(created));
        }
    };
    check(definition.keys);
    for (const IndexDefinition& index : definition.indexes) check(index.keys);
}

std::string name_of(const boost::json::value& attribute_definition) {
    return std::string(attribute_definition.at("AttributeName").as_string());
}

/// Adds the request's definitions of attributes that the table does not define yet.
void add_attribute_definitions(const object& request, table::TableDefinition& definition) {
    std::set<std::string> known;
    for (const auto& each : definition.attribute_definitions) known.insert(name_of(each));
    for (const auto& given : request.at("AttributeDefinitions").as_array()) {
        if (known.insert(name_of(given)).second) definition.attribute_definitions.push_back(given);
    }
}

/// Only attributes that are keys are defined.
void drop_unused_attribute_definitions(table::TableDefinition& definition) {
    std::set<std::string> keys;
    const auto add = [&keys](const table::KeySchema& schema) {
        for (const table::KeyAttribute& each : schema.attributes) keys.insert(each.name);
    };
    add(definition.keys);
    for (const IndexDefinition& index : definition.indexes) add(index.keys);
    boost::json::array used;
    for (const auto& each : definition.attribute_definitions) {
        if (keys.contains(name_of(each))) used.push_back(each);
    }
    definition.attribute_definitions = std::move(used);
}

void check_index_throughput(const object& create, const table::TableDefinition& definition) {
    const bool given = validation::object_member(create, "ProvisionedThroughput") != nullptr;
    const bool on_demand = definition.billing_mode == table::BillingMode::pay_per_request;
    const std::string name(create.at("IndexName").as_string());
    const std::string invalid = "One or more parameter values were invalid: ";
    if (on_demand && given) {
        throw ApiError::validation(
            invalid + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: " + name +
            " when BillingMode is PAY_PER_REQUEST");
    }
    if (!on_demand && !given) {
        throw ApiError::validation(
            invalid + "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: " + name);
    }
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
    IndexDefinition index = read_index(create, true, request.at("AttributeDefinitions").as_array());
    check_types(definition, index.keys);
    limit_index(create, definition, index);
    add_attribute_definitions(request, definition);
    index.space = update.session.create_space();
    index.backfilled_up_to.emplace();
    update.counts.emplace_back();
    definition.transition->created_index = index.name;
    definition.indexes.push_back(std::move(index));
    drop_unused_attribute_definitions(definition);
    table::backfill_slice(update.session, definition, update.counts, update.slice);
}

/// The index that an action names; `verb` is what the action would do to it.
std::vector<IndexDefinition>::iterator find_global(TableUpdate& update, const object& action,
                                                   const std::string& verb) {
    const std::string name(action.at("IndexName").as_string());
    auto& indexes = update.definition.indexes;
    const auto found = std::ranges::find(indexes, name, &IndexDefinition::name);
    if (found == indexes.end()) {
        throw ApiError::resource_not_found("Requested resource not found: Index " + name + " for table " +
                                           update.definition.name);
    }
    if (!found->global) {
        throw ApiError::validation("Cannot " + verb +
                                   " an index that is not a GlobalSecondaryIndex: " + name);
    }
    return found;
}

void update_index(const object& change, TableUpdate& update) {
    validation::check_index_throughput_bounds(change);
    IndexDefinition& index = *find_global(update, change, "update");
    const auto has = [&](std::string_view member) {
        const object* given = validation::object_member(change, member);
        return given != nullptr && !given->empty();
    };
    const bool on_demand = update.definition.billing_mode == table::BillingMode::pay_per_request;
    if (on_demand &&
        (has("ProvisionedThroughput") || (!has("OnDemandThroughput") && !has("WarmThroughput")))) {
        throw ApiError::validation(
            "One or more parameter values were invalid: The only Updates for index: " + index.name +
            " when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput");
    }
    if (has("ProvisionedThroughput")) {
        update_throughput(index.throughput, {read_throughput(change), index.name, update.session.now()},
                          *update.definition.transition);
    }
    limit_index(change, update.definition, index);
    table::Transition& transition = *update.definition.transition;
    warm_index(change, index, transition);
    if (has("ProvisionedThroughput") || has("OnDemandThroughput")) {
        transition.shown_of_index(index.name)["IndexStatus"] = "UPDATING";
    }
}

void delete_index(const object& action, TableUpdate& update) {
    const auto index = find_global(update, action, "delete");
    const auto count = update.counts.begin() + 1 + (index - update.definition.indexes.begin());
    object shown = describe_index(update.definition, *index, *count);
    shown["IndexStatus"] = "DELETING";
    update.definition.transition->deleted_index = std::move(shown);
    remove_index(update, std::string(index->name));
}

bool deletes(const object& action, std::string_view index_name) {
    const object* deleted = validation::object_member(action, "Delete");
    return deleted != nullptr && deleted->at("IndexName").as_string() == index_name;
}

}  // namespace

void update_indexes(const object& request, TableUpdate& update) {
    const auto* updates = validation::list_member(request, "GlobalSecondaryIndexUpdates");
    if (updates == nullptr) return;
    const auto builds_or_deletes = [](const auto& each) {
        return each.is_object() && validation::object_member(each.get_object(), "Update") == nullptr;
    };
    if (updates->size() > max_index_updates || std::ranges::count_if(*updates, builds_or_deletes) > 1) {
        refuse_several_changes();
    }
    const IndexDefinition* backfilling = update.definition.backfilling_index();
    // Deleting it is how AWS lets people call its creation off.
    const std::string filled = backfilling != nullptr ? backfilling->name : std::string();
    for (const auto& each : *updates) {
        if (!each.is_object()) continue;
        const object& action = each.get_object();
        if (!filled.empty() && builds_or_deletes(each) && !deletes(action, filled)) refuse_several_changes();
        if (const auto* changed = validation::object_member(action, "Update")) {
            update_index(*changed, update);
            continue;
        }
        if (const auto* create = validation::object_member(action, "Create")) {
            create_index(request, *create, update);
        } else {
            delete_index(*validation::object_member(action, "Delete"), update);
        }
    }
}

void remove_index(TableUpdate& update, std::string_view index_name) {
    auto& indexes = update.definition.indexes;
    const auto index = std::ranges::find(indexes, index_name, &IndexDefinition::name);
    const auto count = update.counts.begin() + 1 + (index - indexes.begin());
    update.session.discard_space(index->space, *count);
    update.counts.erase(count);
    indexes.erase(index);
    drop_unused_attribute_definitions(update.definition);
}

}  // namespace tailrace::operation
