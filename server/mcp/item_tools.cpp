#include "server/mcp/item_tools.hpp"

#include <boost/json.hpp>
#include <string>
#include <utility>

#include "engine/model/ascii_case.hpp"
#include "engine/model/json_text.hpp"
#include "server/mcp/tool_answers.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// Carries out an operation whose members are the arguments.
ToolAnswer call_operation(const ToolCall& call, std::string_view operation) {
    return answer_of(call.door.call(operation, call.arguments));
}

/// Writes one item for each element of a list: {"RequestItems": {TABLE: [{KIND: {MEMBER: ELEMENT}}]}}.
ToolAnswer write_batch(const ToolCall& call, std::string_view kind, std::string_view member,
                       std::string_view list) {
    json::array writes;
    for (const json::value& each : call.arguments.at(list).get_array()) {
        writes.push_back(json::object{{kind, json::object{{member, each}}}});
    }
    const std::string_view table = text_in(call.arguments, "TableName");
    return answer_of(
        call.door.call("BatchWriteItem", {{"RequestItems", json::object{{table, std::move(writes)}}}}));
}

/// Returns true for a statement that only reads. A request has one statement, and its first word says what it
/// does.
bool is_select(std::string_view statement) {
    constexpr std::string_view word = "SELECT";
    const std::size_t begin = statement.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return false;
    statement.remove_prefix(begin);
    if (!equal_ignoring_case(statement.substr(0, word.size()), word)) return false;
    statement.remove_prefix(word.size());
    return !statement.empty() &&
           std::string_view(" \t\r\n*\"").find(statement.front()) != std::string_view::npos;
}

/// Asks for these keys, and returns the answer. If the answer is too long, asks for fewer keys. The other
/// keys are then in the answer's UnprocessedKeys, where DynamoDB lists keys that did not fit.
ToolAnswer get_batch(ToolDoor& door, const std::string& table, json::object keys_and_attributes) {
    json::array left;
    while (true) {
        const DoorAnswer answer =
            door.call("BatchGetItem", {{"RequestItems", json::object{{table, keys_and_attributes}}}});
        json::array& keys = keys_and_attributes.at("Keys").get_array();
        if (left.empty() && (keys.size() == 1 || answer.body.size() <= max_tool_answer_bytes)) {
            return answer_of(answer);
        }
        if (keys.size() == 1 || answer.body.size() <= max_tool_answer_bytes) {
            json::error_code error;
            json::value body = parse_json(answer.body, error);
            if (error || !body.is_object() || answer.status != 200) return answer_of(answer);
            json::object unprocessed = keys_and_attributes;
            unprocessed["Keys"] = std::move(left);
            body.get_object()["UnprocessedKeys"] = json::object{{table, std::move(unprocessed)}};
            std::string text;
            append_json(text, body);
            return answer_of({200, std::move(text)});
        }
        const auto half = keys.begin() + static_cast<std::ptrdiff_t>(keys.size() / 2);
        left.insert(left.begin(), half, keys.end());
        keys.erase(half, keys.end());
    }
}

}  // namespace

ToolAnswer list_tables(const ToolCall& call) {
    return call_operation(call, "ListTables");
}

ToolAnswer describe_table(const ToolCall& call) {
    return call_operation(call, "DescribeTable");
}

ToolAnswer create_table(const ToolCall& call) {
    json::object request = call.arguments;
    const bool has_mode = request.contains("BillingMode") || request.contains("ProvisionedThroughput");
    if (!has_mode) request["BillingMode"] = "PAY_PER_REQUEST";
    return answer_of(call.door.call("CreateTable", request));
}

ToolAnswer update_table(const ToolCall& call) {
    return call_operation(call, "UpdateTable");
}

ToolAnswer delete_table(const ToolCall& call) {
    return call_operation(call, "DeleteTable");
}

ToolAnswer get_items(const ToolCall& call) {
    json::object keys_and_attributes = call.arguments;
    const std::string table(text_in(call.arguments, "TableName"));
    keys_and_attributes.stable_erase("TableName");
    return get_batch(call.door, table, std::move(keys_and_attributes));
}

ToolAnswer put_items(const ToolCall& call) {
    return write_batch(call, "PutRequest", "Item", "Items");
}

ToolAnswer update_item(const ToolCall& call) {
    return call_operation(call, "UpdateItem");
}

ToolAnswer delete_items(const ToolCall& call) {
    return write_batch(call, "DeleteRequest", "Key", "Keys");
}

ToolAnswer query_items(const ToolCall& call) {
    return call_for_page(call.door, "Query", call.arguments);
}

ToolAnswer scan_items(const ToolCall& call) {
    return call_for_page(call.door, "Scan", call.arguments);
}

ToolAnswer select_by_statement(const ToolCall& call) {
    if (!is_select(text_in(call.arguments, "Statement"))) {
        return ToolAnswer::refusal("partiql: with the action select, Statement must begin with SELECT.");
    }
    return call_for_page(call.door, "ExecuteStatement", call.arguments);
}

ToolAnswer change_by_statement(const ToolCall& call) {
    if (is_select(text_in(call.arguments, "Statement"))) {
        return ToolAnswer::refusal("partiql: a Statement that begins with SELECT needs the action select.");
    }
    return call_operation(call, "ExecuteStatement");
}

ToolAnswer list_streams(const ToolCall& call) {
    return call_for_page(call.door, "ListStreams", call.arguments);
}

ToolAnswer list_shards(const ToolCall& call) {
    return call_for_page(call.door, "DescribeStream", call.arguments);
}

/// The answer has no iterator: the next call says after which record it begins.
ToolAnswer read_records(const ToolCall& call) {
    const std::string_view after = text_in(call.arguments, "AfterSequenceNumber");
    json::object place{{"StreamArn", call.arguments.at("StreamArn")},
                       {"ShardId", call.arguments.at("ShardId")},
                       {"ShardIteratorType", after.empty() ? "TRIM_HORIZON" : "AFTER_SEQUENCE_NUMBER"}};
    if (!after.empty()) place["SequenceNumber"] = after;
    DoorAnswer found = call.door.call("GetShardIterator", place);
    json::error_code error;
    json::value iterator = parse_json(found.body, error);
    if (error || found.status != 200 || !iterator.is_object()) return answer_of(std::move(found));
    json::object request = iterator.get_object();
    request["Limit"] = number_in(call.arguments, "Limit", default_items);
    ToolAnswer answer = call_for_page(call.door, "GetRecords", request);
    json::value page = answer.is_error ? json::value() : parse_json(answer.text, error);
    if (error || !page.is_object()) return answer;
    page.get_object()["IsClosed"] = page.get_object().stable_erase("NextShardIterator") == 0;
    answer.text.clear();
    append_json(answer.text, page);
    return answer;
}

}  // namespace tailrace::server
