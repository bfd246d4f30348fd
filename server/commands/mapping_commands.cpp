#include "server/commands/mapping_commands.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/json_text.hpp"
#include "server/commands/text_table.hpp"
#include "stream/handler/http_client.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t largest_answer = 1024UL * 1024 * 1024;
constexpr stream::HttpLimits question_limits{std::chrono::seconds(10), std::chrono::seconds(30),
                                             largest_answer};
/// A redrive calls functions and takes as long as they do.
constexpr stream::HttpLimits redrive_limits{std::chrono::seconds(10), std::chrono::hours(1), largest_answer};

constexpr int unauthorized_status = 401;

/// The exit code of a command that gets no useful answer from the server.
constexpr int cannot_ask = 2;

/// The server cannot be reached, or it refuses.
class CommandError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr unsigned bits = 4;
    std::string encoded;
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos) {
            encoded.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded.push_back('%');
        encoded.push_back(digits[byte >> bits]);
        encoded.push_back(digits[byte & 0xfU]);
    }
    return encoded;
}

/// The server that a command asks.
class Server {
  public:
    explicit Server(const MappingCommand& command) : endpoint_(command.endpoint), token_(command.token) {
        const auto url = stream::HttpUrl::parse(endpoint_);
        if (!url) throw CommandError("--endpoint: '" + endpoint_ + "' is not an http:// URL");
        url_ = *url;
    }

    /// Returns the answer to a request below /_tailrace/mappings.
    json::object ask(stream::HttpVerb verb, const std::string& path) const {
        stream::HttpCall call;
        call.verb = verb;
        call.url = url_;
        call.url.path = "/_tailrace/mappings" + path;
        if (!token_.empty()) call.headers.emplace_back("X-Tailrace-Token", token_);
        const stream::HttpOutcome outcome =
            stream::send_json(call, verb == stream::HttpVerb::post ? redrive_limits : question_limits);
        if (!outcome.answer) throw CommandError("no answer from " + endpoint_ + ": " + outcome.error);
        json::error_code error;
        const json::value body = parse_json(outcome.answer->body, error);
        if (error || !body.is_object()) throw CommandError("there is no Tailrace at " + endpoint_);
        if (outcome.answer->status == 200) return body.get_object();
        if (outcome.answer->status == unauthorized_status) throw CommandError(endpoint_ + token_hint());
        const json::value* message = body.get_object().if_contains("message");
        throw CommandError(message != nullptr && message->is_string()
                               ? std::string(message->get_string())
                               : endpoint_ + " answered " + std::to_string(outcome.answer->status));
    }

    /// Returns the mapping with that name, or all mappings if the name is empty.
    json::array mappings(const std::string& name) const {
        if (name.empty()) return ask(stream::HttpVerb::get, "").at("Mappings").as_array();
        return {ask(stream::HttpVerb::get, "/" + percent_encoded(name))};
    }

  private:
    std::string token_hint() const {
        if (token_.empty())
            return " requires its token: give it in the variable TAILRACE_ADMIN_TOKEN or with --admin-token";
        return " was started with a different token from the one in TAILRACE_ADMIN_TOKEN or --admin-token";
    }

    std::string endpoint_;
    std::string token_;
    stream::HttpUrl url_;
};

/// Returns a value as a cell of a table: a string as it is, null as an empty cell.
std::string cell(const json::value& value) {
    if (value.is_null()) return "";
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

std::string cell(const json::value& object, std::string_view name) {
    return cell(object.at(name));
}

/// Returns a member that may be unknown as a cell of a table: null as a dash.
std::string known_cell(const json::value& object, std::string_view name) {
    const json::value& value = object.at(name);
    return value.is_null() ? "-" : cell(value);
}

std::string path_of(const json::value& mapping) {
    return "/" + percent_encoded(cell(mapping, "Id"));
}

CommandResult show_mappings(const Server& server, const std::string& name) {
    const json::array mappings = server.mappings(name);
    if (mappings.empty()) return {0, "There are no event source mappings.\n"};
    Rows rows{{"MAPPING", "STATE", "LAG", "CALLS", "FAILED", "SKIPPED", "GIVEN UP", "REASON"}};
    for (const json::value& mapping : mappings) {
        rows.push_back({cell(mapping, "Name"), cell(mapping, "State"), known_cell(mapping, "Lag"),
                        cell(mapping, "Batches"), cell(mapping, "Failures"), cell(mapping, "Skipped"),
                        cell(mapping, "GivenUp"), cell(mapping, "Reason")});
    }
    return {0, text_table(rows)};
}

/// Returns true if the history shows how a batch was given up.
bool is_in(const json::array& history, const json::value& batch) {
    return std::ranges::any_of(history, [&](const json::value& call) {
        return call.at("GivenUp") == batch.at("GivenUp") && call.at("ShardId") == batch.at("ShardId") &&
               call.at("FirstSequenceNumber") == batch.at("FirstSequenceNumber") &&
               call.at("LastSequenceNumber") == batch.at("LastSequenceNumber");
    });
}

/// Returns the row of a failure: of a call, or of a batch that was given up in a call.
std::vector<std::string> failure_row(const json::value& mapping, const json::value& failure, std::string call,
                                     std::string attempt) {
    return {known_cell(failure, "Time"),
            cell(mapping, "Name"),
            std::move(call),
            std::move(attempt),
            known_cell(failure, "RecordCount"),
            cell(failure, "FirstSequenceNumber"),
            cell(failure, "LastSequenceNumber"),
            cell(failure, "GivenUp"),
            cell(failure, "Error")};
}

/// The history begins when the server starts. Batches that were given up before that are known as well.
CommandResult show_failures(const Server& server, const std::string& name) {
    Rows rows{{"TIME", "MAPPING", "CALL", "ATTEMPT", "RECORDS", "FROM", "TO", "GIVEN UP", "ERROR"}};
    for (const json::value& mapping : server.mappings(name)) {
        // A mapping that is not started has made no calls.
        if (cell(mapping, "State") == "NotStarted") continue;
        const json::object history = server.ask(stream::HttpVerb::get, path_of(mapping) + "/history?failed");
        const json::array& calls = history.at("Invocations").as_array();
        for (const json::value& batch : history.at("GivenUp").as_array()) {
            if (batch.at("GivenUp") == "Skipped" || is_in(calls, batch)) continue;
            rows.push_back(failure_row(mapping, batch, "-", known_cell(batch, "Attempts")));
        }
        for (const json::value& call : calls)
            rows.push_back(failure_row(mapping, call, cell(call, "Number"), cell(call, "Attempt")));
    }
    if (rows.size() == 1) return {0, "No call has failed.\n"};
    return {1, text_table(rows)};
}

/// Shows what was sent for each mapping, then why a part of it was not sent, then why a part of it failed.
CommandResult redrive(const Server& server, const std::string& name) {
    Rows rows{{"MAPPING", "BATCHES", "RECORDS", "FAILED"}};
    Rows failed{{"FAILED AGAIN", "RECORDS", "FROM", "TO", "ERROR"}};
    std::string reasons;
    for (const json::value& mapping : server.mappings(name)) {
        if (mapping.at("GivenUp") == 0) continue;
        const std::string mapping_name = cell(mapping, "Name");
        const json::object done = server.ask(stream::HttpVerb::post, path_of(mapping) + "/redrive");
        rows.push_back({mapping_name, cell(done, "Batches"), cell(done, "Records"), cell(done, "Failures")});
        if (done.contains("Reason"))
            reasons.append(mapping_name).append(": ").append(cell(done, "Reason")).append("\n");
        if (!done.contains("Failed")) continue;
        for (const json::value& batch : done.at("Failed").as_array()) {
            failed.push_back({mapping_name, cell(batch, "RecordCount"), cell(batch, "FirstSequenceNumber"),
                              cell(batch, "LastSequenceNumber"), cell(batch, "Error")});
        }
    }
    if (rows.size() == 1) return {0, "Nothing has been given up.\n"};
    const std::string text = text_table(rows) + reasons;
    if (failed.size() == 1) return {0, text};
    return {1, text + "\n" + text_table(failed)};
}

}  // namespace

CommandResult run_mapping_command(const MappingCommand& command) try {
    const Server server(command);
    switch (command.kind) {
        case MappingCommand::Kind::mappings:
            return show_mappings(server, command.mapping);
        case MappingCommand::Kind::failures:
            return show_failures(server, command.mapping);
        case MappingCommand::Kind::redrive:
            return redrive(server, command.mapping);
    }
    return {};
} catch (const CommandError& error) {
    return {cannot_ask, {}, "tailrace: " + std::string(error.what()) + "\n"};
} catch (const std::exception&) {
    // The answer lacks a member, so it is not Tailrace's.
    return {cannot_ask, {}, "tailrace: there is no Tailrace at " + command.endpoint + "\n"};
}

}  // namespace tailrace::server
