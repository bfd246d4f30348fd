#include "engine/operation/tables/index_updates.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "engine/model/api_error.hpp"
#include "engine/operation/tables/shown_settings.hpp"
#include "engine/operation/tables/table_description.hpp"
#include "engine/operation/tables/throughput_updates.hpp"
#include "engine/table/items/index_builder.hpp"
#include "engine/validation/table_setting_rules.hpp"

namespace tailrace::operation {
namespace {

using boost::json::object;
using table::IndexDefinition;
using Action = IndexUpdate::Action;

// Source: "Service, account, and table quotas".
constexpr std::ptrdiff_t max_global_indexes = 20;

[[noreturn]] void refuse_several_changes() {
    throw ApiError(
        exceptions::limit_exceeded,
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table");
}

/// A key schema in AWS's notation.
std::string schema_text(const table::KeySchema& keys) {
    std::string text = "Schema:[";
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const table::KeyAttribute& each = keys.attributes[i];
        text.append(i > 0 ? ", " : "").append("SchemaElement: key{").append(each.name).append(":");
        text.append(type_name(each.type)).append(i < keys.partition_count ? ":HASH}" : ":RANGE}");
    }
    return text.append("]");
}

/// An attribute must have the same type in all keys that contain it.
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

std::string attribute_name_of(const boost::json::value& attribute_definition) {
    return std::string(attribute_definition.at("AttributeName").as_string());
}

/// Adds the request's definitions of attributes that the table does not define yet.
void add_attribute_definitions(const boost::json::array& given, table::TableDefinition& definition) {
    std::set<std::string> known;
    for (const auto& each : definition.attribute_definitions) known.insert(attribute_name_of(each));
    for (const auto& each : given) {
        if (known.insert(attribute_name_of(each)).second) definition.attribute_definitions.push_back(each);
    }
}

/// Removes the definitions of attributes that are no longer in any key.
void drop_unused_attribute_definitions(table::TableDefinition& definition) {
    std::set<std::string> keys;
    const auto add = [&keys](const table::KeySchema& schema) {
        for (const table::KeyAttribute& each : schema.attributes) keys.insert(each.name);
    };
    add(definition.keys);
    for (const IndexDefinition& index : definition.indexes) add(index.keys);
    boost::json::array used;
    for (const auto& each : definition.attribute_definitions) {
        if (keys.contains(attribute_name_of(each))) used.push_back(each);
    }
    definition.attribute_definitions = std::move(used);
}

void check_index_throughput(const RequestedIndex& created, const table::TableDefinition& definition) {
    const bool given = created.capacity.provisioned.has_value();
    const bool on_demand = definition.billing_mode == table::BillingMode::pay_per_request;
    const std::string& name = created.definition.name;
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

void create_index(const UpdateTableRequest& request, const RequestedIndex& created, TableUpdate& update) {
    table::TableDefinition& definition = update.definition;
    if (definition.find_index(created.definition.name) != nullptr) {
        throw ApiError::validation("Attempting to create an index which already exists");
    }
    if (std::ranges::count(definition.indexes, true, &IndexDefinition::global) >= max_global_indexes) {
        throw ApiError(exceptions::limit_exceeded,
                       "GlobalSecondaryIndex count exceeds the per-table limit of " +
                           std::to_string(max_global_indexes));
    }
    check_index_throughput(created, definition);
    check_types(definition, created.definition.keys);
    IndexDefinition index = created.definition;
    limit_index(created.capacity, definition, index);
    add_attribute_definitions(*request.attribute_definitions, definition);
    index.space = update.session.create_space();
    index.backfilled_up_to.emplace();
    update.counts.emplace_back();
    definition.transition->created_index = index.name;
    definition.indexes.push_back(std::move(index));
    drop_unused_attribute_definitions(definition);
    table::backfill_slice(update.session, definition, update.counts, update.slice);
}

/// The global index with that name. `verb` names the intended action in the message.
std::vector<IndexDefinition>::iterator find_global(TableUpdate& update, const std::string& name,
                                                   const std::string& verb) {
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

/// AWS checks the units before it looks for the index, and does not name the index.
void check_bounds(const table::Throughput& units) {
    if (std::max(units.read_capacity_units, units.write_capacity_units) <= validation::max_capacity_units) {
        return;
    }
    throw ApiError::validation(
        "This operation cannot be performed with given input values. Please contact DynamoDB service "
        "team for more info: Action Blocked: IndexUpdate");
}

void update_index(const RequestedIndex& change, TableUpdate& update) {
    const RequestedCapacity& wanted = change.capacity;
    if (wanted.provisioned) check_bounds(*wanted.provisioned);
    IndexDefinition& index = *find_global(update, change.definition.name, "update");
    const bool on_demand = update.definition.billing_mode == table::BillingMode::pay_per_request;
    if (on_demand && (wanted.provisioned || (!wanted.on_demand && !wanted.warm))) {
        throw ApiError::validation(
            "One or more parameter values were invalid: The only Updates for index: " + index.name +
            " when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput");
    }
    table::Transition& transition = *update.definition.transition;
    if (wanted.provisioned) {
        const ChangeTerms terms{update.session.now(), update.limits_decreases};
        update_throughput(index.throughput, {*wanted.provisioned, index.name, terms}, transition);
    }
    limit_index(wanted, update.definition, index);
    warm_index(wanted, index, transition);
    if (wanted.provisioned || wanted.on_demand) {
        transition.shown_of_index(index.name)["IndexStatus"] = "UPDATING";
    }
}

void delete_index(const std::string& name, TableUpdate& update) {
    const auto index = find_global(update, name, "delete");
    const auto count = update.counts.begin() + 1 + (index - update.definition.indexes.begin());
    object shown = describe_index(update.definition, *index, *count);
    shown["IndexStatus"] = "DELETING";
    update.definition.transition->deleted_index = std::move(shown);
    remove_index(update, name);
}

void carry_out(const UpdateTableRequest& request, const IndexUpdate& action, TableUpdate& update) {
    switch (action.action) {
        case Action::create:
            return create_index(request, action.index, update);
        case Action::update:
            return update_index(action.index, update);
        case Action::remove:
            return delete_index(action.index.definition.name, update);
    }
}

}  // namespace

void update_indexes(const UpdateTableRequest& request, TableUpdate& update) {
    const auto& actions = request.index_updates;
    if (actions.size() > UpdateTableRequest::max_index_updates ||
        std::ranges::count_if(actions, &IndexUpdate::creates_or_removes) > 1) {
        refuse_several_changes();
    }
    const IndexDefinition* backfilling = update.definition.backfilling_index();
    // On AWS, deleting an index is the way to cancel its creation.
    const std::string filled = backfilling != nullptr ? backfilling->name : std::string();
    for (const IndexUpdate& each : actions) {
        const bool cancels = each.action == Action::remove && each.index.definition.name == filled;
        if (!filled.empty() && each.creates_or_removes() && !cancels) refuse_several_changes();
        carry_out(request, each, update);
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
