#include "server/mcp/server_tools.hpp"

#include <boost/json.hpp>
#include <string>
#include <utility>

#include "engine/model/json_text.hpp"
#include "server/mcp/tool_answers.hpp"
#include "server/wire/percent_encoded.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// For what calls functions: a call may take 15 minutes.
constexpr std::chrono::seconds patience_with_functions{1000};

constexpr std::int64_t default_settle_seconds = 30;

/// Returns the arguments in JSON without those that are not members of the request.
std::string body_of(const ToolCall& call, std::initializer_list<std::string_view> others = {}) {
    json::object members = call.arguments;
    for (const std::string_view name : others) members.stable_erase(name);
    std::string body;
    if (!members.empty()) append_json(body, members);
    return body;
}

ToolAnswer get(const ToolCall& call, std::string path) {
    return answer_of(call.door.ask({.method = "GET", .path = std::move(path)}));
}

std::string path_of_mapping(const ToolCall& call) {
    return "/_tailrace/mappings/" + percent_encoded(text_in(call.arguments, "Mapping"));
}

ToolAnswer change_mapping(const ToolCall& call, std::string_view how) {
    return answer_of(call.door.ask({.method = "POST",
                                    .path = path_of_mapping(call).append(how),
                                    .body = body_of(call, {"Mapping"}),
                                    .patience = patience_with_functions}));
}

/// Appends a parameter to a path if there is such an argument.
void add_parameter(std::string& path, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    path.append(path.find('?') == std::string::npos ? "?" : "&");
    path.append(name).append("=").append(percent_encoded(value));
}

bool flag_in(const ToolCall& call, std::string_view name) {
    const json::value* value = call.arguments.if_contains(name);
    return value != nullptr && value->get_bool();
}

std::size_t limit_in(const ToolCall& call) {
    return static_cast<std::size_t>(number_in(call.arguments, "Limit", default_items));
}

/// Shows a part of a numbered list: its first elements after AfterNumber, or else its last ones.
ToolAnswer show_part(const ToolCall& call, std::string path, std::string_view list) {
    const bool is_page = call.arguments.contains("AfterNumber");
    if (is_page) add_parameter(path, "after", std::to_string(number_in(call.arguments, "AfterNumber", 0)));
    const auto keep = is_page ? keep_first : keep_last;
    return keep(call.door.ask({.method = "GET", .path = std::move(path)}), list, limit_in(call));
}

/// Asks an endpoint that waits. It gets all arguments but the timeout, and `members`.
ToolAnswer wait_for(const ToolCall& call, std::string_view endpoint, json::object members) {
    for (const auto& [name, value] : call.arguments) {
        if (name != "TimeoutSeconds") members.emplace(name, value);
    }
    const std::int64_t seconds = number_in(call.arguments, "TimeoutSeconds", default_settle_seconds);
    std::string body;
    append_json(body, members);
    return answer_of(
        call.door.ask({.method = "POST",
                       .path = std::string(endpoint) + "?timeout_seconds=" + std::to_string(seconds),
                       .body = std::move(body),
                       .patience = std::chrono::seconds(seconds + default_settle_seconds)}));
}

std::string path_of_namespace(const ToolCall& call) {
    return "/_tailrace/namespaces/" + percent_encoded(text_in(call.arguments, "Name"));
}

/// Tells the endpoint of a namespace the name of a snapshot.
ToolAnswer use_snapshot(const ToolCall& call, std::string_view endpoint) {
    std::string body;
    append_json(body, json::object{{"Name", call.arguments.at("Snapshot")}});
    return answer_of(call.door.ask(
        {.method = "POST", .path = path_of_namespace(call).append(endpoint), .body = std::move(body)}));
}

}  // namespace

ToolAnswer list_mappings(const ToolCall& call) {
    if (call.arguments.contains("Mapping")) return get(call, path_of_mapping(call));
    return keep_last(call.door.ask({.method = "GET", .path = "/_tailrace/mappings"}), "Mappings", max_items);
}

ToolAnswer show_mapping_history(const ToolCall& call) {
    std::string path = path_of_mapping(call).append("/history");
    if (flag_in(call, "OnlyFailed")) add_parameter(path, "failed", "true");
    if (flag_in(call, "WithRecords")) add_parameter(path, "records", "true");
    // Asks for one more than is shown, to find out whether there are more.
    if (call.arguments.contains("AfterNumber")) {
        add_parameter(path, "limit", std::to_string(limit_in(call) + 1));
    }
    return show_part(call, std::move(path), "Invocations");
}

ToolAnswer pause_mapping(const ToolCall& call) {
    return change_mapping(call, "/pause");
}

ToolAnswer resume_mapping(const ToolCall& call) {
    return change_mapping(call, "/resume");
}

ToolAnswer step_mapping(const ToolCall& call) {
    return change_mapping(call, "/step");
}

ToolAnswer skip_batch(const ToolCall& call) {
    return change_mapping(call, "/skip");
}

ToolAnswer replay_records(const ToolCall& call) {
    return change_mapping(call, "/replay");
}

ToolAnswer redrive_batches(const ToolCall& call) {
    return change_mapping(call, "/redrive");
}

ToolAnswer list_functions(const ToolCall& call) {
    std::string path = "/2015-03-31/functions";
    add_parameter(path, "Marker", text_in(call.arguments, "Marker"));
    return get(call, std::move(path));
}

ToolAnswer invoke_function(const ToolCall& call) {
    const json::value* payload = call.arguments.if_contains("Payload");
    const std::string_view text = text_in(call.arguments, "PayloadText");
    if (payload != nullptr && !text.empty())
        return ToolAnswer::refusal("functions: Payload and PayloadText exclude each other.");
    std::string event(text);
    if (payload != nullptr) append_json(event, *payload);
    const std::string name = percent_encoded(text_in(call.arguments, "FunctionName"));
    DoorAnswer answer = call.door.ask({.method = "POST",
                                       .path = "/2015-03-31/functions/" + name + "/invocations",
                                       .body = std::move(event),
                                       .patience = patience_with_functions});
    if (answer.body.empty()) answer.body = "null";
    return answer_of(std::move(answer));
}

ToolAnswer wait_until_drained(const ToolCall& call) {
    return wait_for(call, "/_tailrace/streams/drain", {});
}

ToolAnswer wait_until_settled(const ToolCall& call) {
    return wait_for(call, "/_tailrace/settle", {});
}

ToolAnswer settle_and_advance(const ToolCall& call) {
    return wait_for(call, "/_tailrace/settle", {{"AdvanceClock", true}});
}

ToolAnswer show_clock(const ToolCall& call) {
    return get(call, "/_tailrace/clock");
}

ToolAnswer move_clock(const ToolCall& call) {
    return answer_of(call.door.ask({.method = "POST", .path = "/_tailrace/clock", .body = body_of(call)}));
}

ToolAnswer list_faults(const ToolCall& call) {
    return get(call, "/_tailrace/faults");
}

ToolAnswer set_faults(const ToolCall& call) {
    return answer_of(call.door.ask({.method = "PUT", .path = "/_tailrace/faults", .body = body_of(call)}));
}

ToolAnswer clear_faults(const ToolCall& call) {
    return answer_of(call.door.ask({.method = "DELETE", .path = "/_tailrace/faults"}));
}

ToolAnswer list_requests(const ToolCall& call) {
    std::string path = "/_tailrace/requests";
    add_parameter(path, "operation", text_in(call.arguments, "Operation"));
    add_parameter(path, "table", text_in(call.arguments, "TableName"));
    if (call.arguments.contains("Status")) {
        add_parameter(path, "status", std::to_string(number_in(call.arguments, "Status", 0)));
    }
    return show_part(call, std::move(path), "Requests");
}

ToolAnswer show_advice(const ToolCall& call) {
    std::string path = "/_tailrace/advice";
    if (call.arguments.contains("RequestsPerMonth")) {
        add_parameter(path, "requests_per_month",
                      std::to_string(number_in(call.arguments, "RequestsPerMonth", 0)));
    }
    return get(call, std::move(path));
}

ToolAnswer begin_advice(const ToolCall& call) {
    return answer_of(call.door.ask({.method = "POST", .path = "/_tailrace/advice"}));
}

ToolAnswer end_advice(const ToolCall& call) {
    return answer_of(call.door.ask({.method = "DELETE", .path = "/_tailrace/advice"}));
}

ToolAnswer list_namespaces(const ToolCall& call) {
    return keep_last(call.door.ask({.method = "GET", .path = "/_tailrace/namespaces"}), "Namespaces",
                     max_items);
}

ToolAnswer create_namespace(const ToolCall& call) {
    return answer_of(
        call.door.ask({.method = "POST", .path = "/_tailrace/namespaces", .body = body_of(call)}));
}

ToolAnswer remove_namespace(const ToolCall& call) {
    return answer_of(call.door.ask({.method = "DELETE", .path = path_of_namespace(call)}));
}

ToolAnswer reset_namespace(const ToolCall& call) {
    std::string body;
    if (flag_in(call, "OnlyItems")) append_json(body, json::object{{"Items", true}});
    return answer_of(call.door.ask(
        {.method = "POST", .path = path_of_namespace(call).append("/reset"), .body = std::move(body)}));
}

ToolAnswer take_snapshot(const ToolCall& call) {
    return use_snapshot(call, "/snapshots");
}

ToolAnswer restore_snapshot(const ToolCall& call) {
    return use_snapshot(call, "/restore");
}

}  // namespace tailrace::server
