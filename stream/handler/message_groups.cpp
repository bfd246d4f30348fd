#include "stream/handler/message_groups.hpp"

#include <map>

#include "engine/model/api_error.hpp"
#include "engine/model/json_text.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

constexpr std::string_view message_prefix = "MSG#";
constexpr std::string_view index_name = "message-group-sk-index";

json::object text_value(std::string_view text) {
    return {{"S", text}};
}

std::string_view text_of(const json::object& item, std::string_view name) {
    const json::value* value = item.if_contains(name);
    if (value == nullptr || !value->is_object()) return {};
    const json::value* text = value->get_object().if_contains("S");
    return text != nullptr && text->is_string() ? std::string_view(text->get_string()) : std::string_view();
}

json::object key_of(const json::object& row) {
    return {{"pk", row.at("pk")}, {"sk", row.at("sk")}};
}

json::object moved_row(json::object row, std::string_view created_at, std::string_view text) {
    row["sk"] = text_value(created_at);
    row["message"] = text_value(text);
    return row;
}

}  // namespace

HandlerResult MessageGroups::handle(const EventBatch& batch) {
    Message message;
    if (way_ == Way::naive) {
        if (read_message(batch.records.front(), message)) delete_then_put(batch.table_name, message);
        return {};
    }
    // Only the newest message of a group decides its rows.
    std::map<std::string, Message> newest;
    for (const EventRecord& record : batch.records) {
        if (!read_message(record, message)) continue;
        Message& known = newest[message.group];
        if (message.created_at >= known.created_at) known = message;
    }
    try {
        for (const auto& [group, last] : newest) replace_in_one_transaction(batch.table_name, last);
    } catch (const ApiError& error) {
        // A table that was deleted meanwhile has no groups to keep current.
        if (error.name() != "ResourceNotFoundException") throw;
    }
    return {};
}

/// Returns true if the record is a new or changed message. Returns false for the groups' own rows and for
/// removals.
bool MessageGroups::read_message(const EventRecord& record, Message& message) {
    const json::value parsed = parse_json(record.json);
    const json::object& change = parsed.at("dynamodb").as_object();
    const std::string_view pk = text_of(change.at("Keys").as_object(), "pk");
    const json::value* image = change.if_contains("NewImage");
    if (!pk.starts_with(message_prefix) || image == nullptr) return false;
    message.group = pk.substr(message_prefix.size());
    message.created_at = text_of(image->as_object(), "sk");
    message.text = text_of(image->as_object(), "message");
    return true;
}

json::array MessageGroups::rows_of_group(const std::string& table_name, const std::string& group) {
    json::object request{{"TableName", table_name},
                         {"IndexName", index_name},
                         {"KeyConditionExpression", "message_group_uuid = :group"},
                         {"ExpressionAttributeValues", json::object{{":group", text_value(group)}}}};
    json::array rows;
    for (;;) {
        json::object page = execute("Query", request);
        for (json::value& row : page.at("Items").as_array()) rows.push_back(std::move(row));
        const json::value* next = page.if_contains("LastEvaluatedKey");
        if (next == nullptr) return rows;
        request["ExclusiveStartKey"] = *next;
    }
}

void MessageGroups::replace_in_one_transaction(const std::string& table_name, const Message& message) {
    json::array members;
    for (const json::value& each : rows_of_group(table_name, message.group)) {
        const json::object& row = each.as_object();
        const std::string_view shown = text_of(row, "sk");
        // Messages that are sent at the same time can arrive in a different order from their timestamps.
        if (shown > message.created_at) continue;
        if (shown < message.created_at) {
            json::object removal{{"TableName", table_name},
                                 {"Key", key_of(row)},
                                 {"ConditionExpression", "attribute_exists(pk)"}};
            members.push_back(json::object{{"Delete", std::move(removal)}});
        }
        json::object put{{"TableName", table_name},
                         {"Item", moved_row(row, message.created_at, message.text)}};
        members.push_back(json::object{{"Put", std::move(put)}});
    }
    if (members.empty()) return;
    execute("TransactWriteItems", {{"TransactItems", std::move(members)}});
}

void MessageGroups::delete_then_put(const std::string& table_name, const Message& message) {
    for (const json::value& each : rows_of_group(table_name, message.group)) {
        const json::object& row = each.as_object();
        execute("DeleteItem", {{"TableName", table_name}, {"Key", key_of(row)}});
        execute("PutItem",
                {{"TableName", table_name}, {"Item", moved_row(row, message.created_at, message.text)}});
    }
}

json::object MessageGroups::execute(const char* operation, const json::object& request) {
    return parse_json(engine_.execute(operation, request, caller_)).as_object();
}

}  // namespace tailrace::stream
