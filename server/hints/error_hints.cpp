#include "server/hints/error_hints.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/model/nearest_name.hpp"
#include "engine/table/catalogue/catalogue.hpp"
#include "engine/table/database.hpp"
#include "engine/table/items/item_reader.hpp"
#include "engine/table/items/row_key.hpp"
#include "server/hints/schema_hints.hpp"
#include "server/requests/requested_items.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;
using table::TableDefinition;

constexpr std::string_view canceled = "TransactionCanceledException";

std::string missing_table_hint(const FailureScene& scene) {
    std::vector<std::string_view> names;
    std::vector<std::string> shown;
    for (const auto& [name, definition] : scene.session.catalogue().tables) {
        if (scene.session.find_table(name) == nullptr) continue;
        names.emplace_back(name);
        shown.push_back(shown_name(name));
    }
    for (const std::string_view each : requested_tables(scene.request.parameters)) {
        if (scene.session.find_table(each) != nullptr) continue;
        const std::string_view name = table::table_name_of(each);
        const std::string begin = "the table " + shown_name(name) + " does not exist; ";
        if (names.empty()) return begin + "there are no tables here yet";
        const std::string_view meant = nearest_name(name, names);
        if (!meant.empty()) return begin + "did you mean " + shown_name(meant) + "?";
        return begin + "the tables here are " + listed_names(shown);
    }
    return {};
}

/// Returns the table in "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL", or null.
const TableDefinition* table_of_stream(const FailureScene& scene) {
    constexpr std::string_view mark = ":table/";
    std::string_view arn = scene.text("StreamArn");
    const std::size_t begin = arn.find(mark);
    if (begin == std::string_view::npos) return nullptr;
    arn.remove_prefix(begin + mark.size());
    return scene.session.find_table(arn.substr(0, arn.find('/')));
}

std::string stream_hint(const FailureScene& scene) {
    const TableDefinition* table = table_of_stream(scene);
    if (table == nullptr) return {};
    if (!table->streams()) {
        return shown_name(table->name) +
               " has no stream that is enabled; UpdateTable with StreamSpecification StreamEnabled=true and "
               "StreamViewType=NEW_AND_OLD_IMAGES enables one";
    }
    return "the stream of " + shown_name(table->name) + " is " + table->stream->arn +
           ", which DescribeTable shows as LatestStreamArn";
}

std::string reserved_word_hint(const FailureScene& scene) {
    const std::string word = shown_name(scene.word_after("reserved keyword: "));
    const json::value* given = scene.request.parameters.if_contains("ExpressionAttributeNames");
    const json::object names = given != nullptr && given->is_object() ? given->get_object() : json::object();
    const json::value meaning(json::string_view{word});
    std::string placeholder = "#" + word;
    for (int i = 2; names.contains(placeholder) && names.at(placeholder) != meaning; ++i)
        placeholder = "#" + word + std::to_string(i);
    std::string hint = "write " + placeholder + " in the expression, ";
    if (names.contains(placeholder)) return hint + "which ExpressionAttributeNames has already";
    const std::string entry = "\"" + placeholder + "\":\"" + word + "\"";
    if (!names.empty()) return hint + "and add " + entry + " to ExpressionAttributeNames";
    return hint + "and give ExpressionAttributeNames={" + entry + "}";
}

std::string consistent_read_hint(const FailureScene& scene) {
    return "leave out ConsistentRead for the index " + shown_name(scene.text("IndexName")) +
           ", which is always updated a little later, or read the table itself";
}

std::string key_update_hint(const FailureScene& /*scene*/) {
    return "the key of an item cannot change: put the item under the new key and delete the old one, "
           "together "
           "in TransactWriteItems";
}

std::string start_key_hint(const FailureScene& /*scene*/) {
    return "ExclusiveStartKey must be the whole LastEvaluatedKey of a page of the same table, index and key "
           "condition";
}

/// Returns the Put, Update, Delete or ConditionCheck in a member of a transaction; null if it has none.
const json::object* part_of(const json::value& member) {
    const json::object* object = member.if_object();
    return object != nullptr && !object->empty() ? object->begin()->value().if_object() : nullptr;
}

/// Returns true if the request, or every member of a transaction that can have a condition, sets
/// ReturnValuesOnConditionCheckFailure to ALL_OLD.
bool asks_for_item(const json::object& parameters) {
    const auto asks = [](const json::object& part) {
        const json::value* wanted = part.if_contains("ReturnValuesOnConditionCheckFailure");
        return wanted != nullptr && *wanted == "ALL_OLD";
    };
    const json::value* members = parameters.if_contains("TransactItems");
    if (members == nullptr || !members->is_array()) return asks(parameters);
    return std::ranges::all_of(members->get_array(), [&](const json::value& member) {
        const json::object* part = part_of(member);
        return part == nullptr || asks(*part);
    });
}

/// Returns the name of the table if there is no item with the key of a request or of a member of a
/// transaction. Otherwise, and for a statement, returns an empty text.
std::string table_without_item(const FailureScene& scene, const json::object& part) {
    const json::value* name = part.if_contains("TableName");
    const json::value* item = part.contains("Key") ? part.if_contains("Key") : part.if_contains("Item");
    if (name == nullptr || !name->is_string() || item == nullptr || !item->is_object()) return {};
    const TableDefinition* table = scene.session.find_table(name->get_string());
    const auto key = table != nullptr ? key_in(*table, item->get_object()) : std::nullopt;
    if (!key) return {};
    table::ItemReader reader(scene.session, table::Consistency::strong);
    const bool is_there = reader.read_admitted(*table, table::base_row_key(*table, *key)).stored.has_value();
    return is_there ? std::string() : shown_name(table->name);
}

/// Names the first item whose condition has failed and that does not exist. Returns an empty text if all
/// items with a failed condition exist.
std::string missing_item_hint(const FailureScene& scene) {
    const std::string single = table_without_item(scene, scene.request.parameters);
    if (!single.empty()) return single + " has no item with this key";
    const json::value* reasons = scene.request.error.extra().if_contains("CancellationReasons");
    const json::value* members = scene.request.parameters.if_contains("TransactItems");
    if (reasons == nullptr || !reasons->is_array() || members == nullptr || !members->is_array()) return {};
    const std::size_t count = std::min(reasons->get_array().size(), members->get_array().size());
    for (std::size_t i = 0; i < count; ++i) {
        const json::object* reason = reasons->get_array()[i].if_object();
        const json::object* part = part_of(members->get_array()[i]);
        const bool has_failed = reason != nullptr && reason->contains("Code") &&
                                reason->at("Code") == "ConditionalCheckFailed" && part != nullptr;
        const std::string table = has_failed ? table_without_item(scene, *part) : std::string();
        if (!table.empty())
            return table + " has no item with the key of TransactItems[" + std::to_string(i) + "]";
    }
    return {};
}

std::string condition_hint(const FailureScene& scene) {
    if (std::string missing = missing_item_hint(scene); !missing.empty()) return missing;
    if (asks_for_item(scene.request.parameters)) return {};
    return "with ReturnValuesOnConditionCheckFailure=ALL_OLD the error shows the item that does not meet the "
           "condition";
}

std::string conflict_hint(const FailureScene& /*scene*/) {
    return "a transaction under way holds an item of this request; send the request again after a short wait";
}

struct Rule {
    std::string_view error;
    /// A part of the message.
    std::string_view message;
    std::string (*hint)(const FailureScene& scene);
    bool is_expected = false;
};

constexpr std::string_view validation = "ValidationException";
constexpr std::string_view not_found = "ResourceNotFoundException";

/// The first rule that matches has the hint. A transaction has the errors of its members, too.
constexpr std::array<Rule, 19> rules = {{
    {validation, "The provided key element does not match the schema", key_hint},
    {validation, "Missing the key ", key_hint},
    {validation, "Type mismatch for key ", key_hint},
    {validation, "Query condition missed key schema element", key_condition_hint},
    {validation, "Query key condition not supported", key_condition_hint},
    {validation, "can only contain non-primary key attributes", filter_hint},
    {validation, "reserved keyword: ", reserved_word_hint},
    {validation, "The table does not have the specified index", index_hint},
    {validation, "Consistent reads are not supported on global secondary indexes", consistent_read_hint},
    {validation, "This attribute is part of the key", key_update_hint},
    {validation, "Type mismatch for Index Key ", index_key_type_hint},
    {validation, "A value specified for a secondary index key is not supported", index_key_hint},
    {validation, "The provided starting key is ", start_key_hint},
    {not_found, "Stream: ", stream_hint},
    {not_found, "Requested resource not found", missing_table_hint},
    {"ConditionalCheckFailedException", "", condition_hint, true},
    {canceled, "ConditionalCheckFailed", condition_hint, true},
    {canceled, "TransactionConflict", conflict_hint, true},
    {"TransactionConflictException", "", conflict_hint, true},
}};

/// Returns the error's message and those of a transaction's members.
std::string message_of(const ApiError& error) {
    std::string message = error.message();
    const json::value* reasons = error.extra().if_contains("CancellationReasons");
    if (reasons == nullptr || !reasons->is_array()) return message;
    for (const json::value& reason : reasons->get_array()) {
        const json::value* text = reason.is_object() ? reason.get_object().if_contains("Message") : nullptr;
        if (text != nullptr && text->is_string()) message.append(" ").append(text->get_string());
    }
    return message;
}

}  // namespace

ErrorHint hint_for(const FailedRequest& request, table::Database& database) {
    const std::string message = message_of(request.error);
    const std::string_view name = request.error.name();
    const auto* const rule = std::ranges::find_if(rules, [&](const Rule& each) {
        const bool is_of_member = name == canceled && !each.message.empty();
        return (each.error == name || is_of_member) && message.find(each.message) != std::string::npos;
    });
    if (rule == rules.end()) return {};
    return database.read([&](table::ReadSession& session) {
        return ErrorHint{rule->hint({request, session, message}), rule->is_expected};
    });
}

std::string elsewhere_hint(std::string_view table, const std::vector<std::string>& namespaces) {
    const std::string has = namespaces.size() == 1 ? ", and the namespace " : ", and the namespaces ";
    return "the table " + shown_name(table) + " does not exist here" + has + listed_names(namespaces) +
           (namespaces.size() == 1 ? " has it" : " have it") +
           "; the path /~NAME/, the header x-tailrace-namespace or, with --isolate, the credentials of a "
           "request choose its namespace";
}

}  // namespace tailrace::server
