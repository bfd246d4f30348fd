#include "server/hints/schema_hints.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "engine/model/nearest_name.hpp"
#include "engine/operation/queries/expression_shape.hpp"
#include "engine/table/catalogue.hpp"
#include "server/requests/requested_items.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;
using table::IndexDefinition;
using table::KeyAttribute;
using table::KeySchema;
using table::TableDefinition;

/// Returns "artist (S) and song (S)".
std::string shown_keys(const KeySchema& keys) {
    std::vector<std::string> names;
    for (const KeyAttribute& each : keys.attributes) {
        names.push_back(shown_name(each.name) + " (" + std::string(type_name(each.type)) + ")");
    }
    return listed_names(names);
}

std::vector<std::string_view> key_names(const KeySchema& keys) {
    std::vector<std::string_view> names;
    for (const KeyAttribute& each : keys.attributes) names.emplace_back(each.name);
    return names;
}

/// Returns the first name in the attributes whose only member is the type; empty if it is not a value.
std::string_view given_type(const json::value& value) {
    const json::object* typed = value.if_object();
    return typed != nullptr && typed->size() == 1 ? std::string_view(typed->begin()->key())
                                                  : std::string_view();
}

/// Returns the name among the given ones that probably means the missing key attribute, or an empty text.
std::string_view meant_by(std::string_view missing, const json::object& given, const KeySchema& keys) {
    std::vector<std::string_view> others;
    for (const json::key_value_pair& each : given) {
        if (!keys.contains(each.key())) others.push_back(each.key());
    }
    return nearest_name(missing, others);
}

/// Says what is wrong with a key or an item; an empty text if nothing is.
std::string faults_of(const KeySchema& keys, const RequestedItem& item) {
    std::string faults;
    const auto add = [&faults](const std::string& fault) {
        faults.append(faults.empty() ? "" : ", ").append(fault);
    };
    for (const KeyAttribute& each : keys.attributes) {
        const json::value* value = item.attributes.if_contains(each.name);
        if (value == nullptr) {
            add(shown_name(each.name) + " is missing");
            // What else a key has is named below. An item may have any other attribute.
            const std::string_view meant = item.is_whole ? meant_by(each.name, item.attributes, keys) : "";
            if (!meant.empty()) faults.append(" (the item has " + shown_name(meant) + ")");
        } else if (given_type(*value) != type_name(each.type)) {
            add(shown_name(each.name) + " is of type " + shown_name(given_type(*value)));
        }
    }
    if (item.is_whole) return faults;
    for (const json::key_value_pair& each : item.attributes) {
        if (!keys.contains(each.key())) add(shown_name(each.key()) + " is not part of the key");
    }
    return faults;
}

/// Returns the names of the attributes in the key condition of a Query.
std::vector<std::string> condition_names(const json::object& parameters) {
    const json::value* expression = parameters.if_contains("KeyConditionExpression");
    if (expression != nullptr && expression->is_string())
        return operation::attributes_in(expression->get_string(), parameters);
    std::vector<std::string> names;
    const json::value* conditions = parameters.if_contains("KeyConditions");
    if (conditions == nullptr || !conditions->is_object()) return names;
    for (const json::key_value_pair& each : conditions->get_object()) names.emplace_back(each.key());
    return names;
}

/// Returns true if a key condition with these names can select from a table or an index with these keys.
bool serves(const KeySchema& keys, const std::vector<std::string>& names) {
    const auto is_named = [&](const KeyAttribute& each) {
        return std::ranges::find(names, each.name) != names.end();
    };
    return std::ranges::all_of(keys.partition(), is_named) &&
           std::ranges::all_of(names, [&](const std::string& name) { return keys.contains(name); });
}

/// Says which other key of the table the condition fits; an empty text if there is none.
std::string fitting_key(const TableDefinition& table, std::string_view index_name,
                        const std::vector<std::string>& names) {
    if (!index_name.empty() && serves(table.keys, names))
        return "without IndexName the condition fits the key of the table, " + shown_keys(table.keys);
    for (const IndexDefinition& index : table.indexes) {
        if (index.name == index_name || !serves(index.keys, names)) continue;
        return "the condition fits the index " + shown_name(index.name) + ", whose key is " +
               shown_keys(index.keys) + ": add it as IndexName";
    }
    return {};
}

}  // namespace

std::string key_hint(const FailureScene& scene) {
    std::string hint;
    each_requested_item(scene.request.parameters, [&](const RequestedItem& item) {
        const TableDefinition* table = scene.session.find_table(item.table);
        if (table == nullptr) return false;
        const std::string faults = faults_of(table->keys, item);
        if (faults.empty()) return false;
        hint = "the key of " + shown_name(table->name) + " is " + shown_keys(table->keys) + ": " + faults;
        return true;
    });
    return hint;
}

std::string key_condition_hint(const FailureScene& scene) {
    const TableDefinition* table = scene.table();
    if (table == nullptr) return {};
    const std::vector<std::string> names = condition_names(scene.request.parameters);
    const std::string_view index_name = scene.text("IndexName");
    if (std::string fitting = fitting_key(*table, index_name, names); !fitting.empty()) return fitting;
    const IndexDefinition* index = table->find_index(index_name);
    const KeySchema& keys = index != nullptr ? index->keys : table->keys;
    const std::string of = index != nullptr ? "the index " + shown_name(index_name) : shown_name(table->name);
    std::string hint = "the key of " + of + " is " + shown_keys(keys);
    for (const std::string& name : names) {
        if (keys.contains(name)) continue;
        const std::string_view meant = nearest_name(name, key_names(keys));
        if (!meant.empty()) return hint + "; did you mean " + shown_name(meant) + "?";
        return hint + "; no index has the key " + shown_name(name) +
               ", so add a global secondary index, or put the condition into FilterExpression";
    }
    return hint +
           "; a partition key takes =, and a sort key =, <, <=, >, >=, BETWEEN or begins_with, each once";
}

std::string filter_hint(const FailureScene& scene) {
    const std::string name = shown_name(scene.word_after("Primary key attribute: "));
    return "move the condition on " + name + " to KeyConditionExpression, or Query an index without " + name +
           " in its key";
}

std::string index_hint(const FailureScene& scene) {
    const TableDefinition* table = scene.table();
    if (table == nullptr) return {};
    if (table->indexes.empty()) {
        return shown_name(table->name) +
               " has no indexes; UpdateTable with GlobalSecondaryIndexUpdates adds one";
    }
    std::vector<std::string_view> names;
    std::vector<std::string> shown;
    for (const IndexDefinition& index : table->indexes) {
        names.emplace_back(index.name);
        shown.push_back(shown_name(index.name));
    }
    const std::string_view meant = nearest_name(scene.text("IndexName"), names);
    std::string hint = "the indexes of " + shown_name(table->name) + " are " + listed_names(shown);
    return meant.empty() ? hint : hint + "; did you mean " + shown_name(meant) + "?";
}

std::string index_key_hint(const FailureScene& /*scene*/) {
    return "leave the attribute out of items that are not for the index: an index holds only the items that "
           "have all attributes of its key";
}

}  // namespace tailrace::server
