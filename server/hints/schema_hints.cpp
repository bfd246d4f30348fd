#include "server/hints/schema_hints.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "engine/model/nearest_name.hpp"
#include "engine/operation/queries/expression_shape.hpp"
#include "engine/table/catalogue/catalogue.hpp"
#include "server/requests/requested_items.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;
using operation::AttributeUse;
using table::IndexDefinition;
using table::KeyAttribute;
using table::KeySchema;
using table::TableDefinition;
using AttributeUses = std::vector<AttributeUse>;

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
            // In a key, all attributes that do not belong to it are named below. A whole item may have any
            // attributes, so only a probable misspelling is named.
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

std::string_view text_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

/// Returns how an expression, or else the older conditions, use attributes. The older ones have operators
/// such as "EQ".
AttributeUses uses_of(const json::object& parameters, std::string_view expression, std::string_view older) {
    if (const std::string_view text = text_in(parameters, expression); !text.empty())
        return operation::uses_in(text, parameters);
    AttributeUses uses;
    const json::value* conditions = parameters.if_contains(older);
    if (conditions == nullptr || !conditions->is_object()) return uses;
    for (const json::key_value_pair& each : conditions->get_object()) {
        const json::object* condition = each.value().if_object();
        uses.push_back({each.key(), condition == nullptr
                                        ? std::string()
                                        : std::string(text_in(*condition, "ComparisonOperator"))});
    }
    return uses;
}

/// Returns how the key condition of a Query uses attributes.
AttributeUses key_uses(const json::object& parameters) {
    return uses_of(parameters, "KeyConditionExpression", "KeyConditions");
}

bool is_equality(const AttributeUse& use) {
    return use.op == "=" || use.op == "EQ";
}

/// Returns true if a key condition may have the operator for a sort key.
bool is_of_sort_keys(const AttributeUse& use) {
    constexpr std::array<std::string_view, 13> operators = {
        "=", "<", "<=", ">", ">=", "BETWEEN", "begins_with", "EQ", "LT", "LE", "GT", "GE", "BEGINS_WITH"};
    return std::ranges::find(operators, use.op) != operators.end();
}

/// Returns true if a key condition that uses attributes in this way can select from a table or an index with
/// these keys.
bool serves(const KeySchema& keys, const AttributeUses& uses) {
    const auto is_given = [&](const KeyAttribute& each) {
        return std::ranges::any_of(
            uses, [&](const AttributeUse& use) { return use.attribute == each.name && is_equality(use); });
    };
    const auto fits = [&](const AttributeUse& each) {
        const bool is_repeated = std::ranges::count(uses, each.attribute, &AttributeUse::attribute) > 1;
        return keys.contains(each.attribute) && is_of_sort_keys(each) && !is_repeated;
    };
    return std::ranges::all_of(keys.partition(), is_given) && std::ranges::all_of(uses, fits);
}

/// Says which other key of the table the condition fits; an empty text if there is none.
std::string fitting_key(const TableDefinition& table, std::string_view index_name,
                        const AttributeUses& uses) {
    if (!index_name.empty() && serves(table.keys, uses))
        return "without IndexName the condition fits the key of the table, " + shown_keys(table.keys);
    for (const IndexDefinition& index : table.indexes) {
        if (index.name == index_name || !serves(index.keys, uses)) continue;
        return "the condition fits the index " + shown_name(index.name) + ", whose key is " +
               shown_keys(index.keys) + ": add it as IndexName";
    }
    return {};
}

constexpr std::string_view key_operators =
    "a partition key takes =, and a sort key =, <, <=, >, >=, BETWEEN or begins_with, each once";

/// Says what to do about an attribute that is not in the key of the Query, but in another key of the table.
/// Returns an empty text if no other key has it.
std::string hint_of_other_key(const TableDefinition& table, std::string_view name,
                              const AttributeUses& uses) {
    constexpr std::string_view one_key =
        ", and a Query uses one key: put the other conditions into FilterExpression";
    if (table.keys.contains(name))
        return shown_name(name).append(" is in the key of the table").append(one_key);
    for (const IndexDefinition& index : table.indexes) {
        if (!index.keys.contains(name)) continue;
        const bool has_all = std::ranges::all_of(
            uses, [&](const AttributeUse& each) { return index.keys.contains(each.attribute); });
        if (!has_all) {
            return shown_name(name) + " is in the key of the index " + shown_name(index.name) +
                   std::string(one_key);
        }
        return "the index " + shown_name(index.name) + " has the key " + shown_keys(index.keys) + ": " +
               std::string(key_operators);
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
    const AttributeUses uses = key_uses(scene.request.parameters);
    const std::string_view index_name = scene.text("IndexName");
    if (std::string fitting = fitting_key(*table, index_name, uses); !fitting.empty()) return fitting;
    const IndexDefinition* index = table->find_index(index_name);
    const KeySchema& keys = index != nullptr ? index->keys : table->keys;
    const std::string of = index != nullptr ? "the index " + shown_name(index_name) : shown_name(table->name);
    std::string hint = "the key of " + of + " is " + shown_keys(keys) + "; ";
    for (const AttributeUse& each : uses) {
        const std::string& name = each.attribute;
        if (keys.contains(name)) continue;
        if (const std::string other = hint_of_other_key(*table, name, uses); !other.empty())
            return hint + other;
        const std::string_view meant = nearest_name(name, key_names(keys));
        if (!meant.empty()) return hint + "did you mean " + shown_name(meant) + "?";
        return hint + "no index has the key " + shown_name(name) +
               ", so add a global secondary index, or put the condition into FilterExpression";
    }
    return hint.append(key_operators);
}

std::string filter_hint(const FailureScene& scene) {
    const json::object& parameters = scene.request.parameters;
    const std::string_view attribute = scene.word_after("Primary key attribute: ", "\n");
    const std::string name = shown_name(attribute);
    const auto is_about_it = [&](const AttributeUse& each) { return each.attribute == attribute; };
    const AttributeUses key = key_uses(parameters);
    const auto selected = std::ranges::find_if(key, is_about_it);
    if (selected != key.end() && is_equality(*selected))
        return "leave " + name + " out of the filter: the key condition gives its value";
    const std::string instead =
        "check " + name + " in the program, or Query an index without " + name + " in its key";
    if (selected != key.end())
        return "the key condition has " + name + " already, and takes it once: " + instead;
    const AttributeUses filter = uses_of(parameters, "FilterExpression", "QueryFilter");
    const bool is_one = std::ranges::count_if(filter, is_about_it) == 1;
    const bool can_move = is_one && is_of_sort_keys(*std::ranges::find_if(filter, is_about_it)) &&
                          !operation::has_alternatives(scene.text("FilterExpression")) &&
                          scene.text("ConditionalOperator") != "OR";
    if (!can_move) {
        return "a filter cannot use " + name +
               ", which is in the key, and a key condition has only =, <, <=, >, >=, BETWEEN and "
               "begins_with, "
               "without OR and NOT: " +
               instead;
    }
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

std::string index_key_type_hint(const FailureScene& scene) {
    const std::string name = shown_name(scene.word_after("Type mismatch for Index Key ", " Expected: "));
    const std::string type(scene.word_after("Expected: "));
    return name + " is of type " + std::string(scene.word_after("Actual: ")) + ", and the key of the index " +
           shown_name(scene.word_after("IndexName: ")) + " has " + name + " (" + type + "): give it as " +
           type + ", or leave it out of items that are not for the index";
}

}  // namespace tailrace::server
