#include "server/commands/mapping_commands.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include "server/commands/text_table.hpp"
#include "server/wire/percent_encoded.hpp"
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

/// The server's mappings.
class Server {
  public:
    explicit Server(const MappingCommand& command) : server_(command.endpoint, command.token) {}

    /// Returns the answer to a request below /_tailrace/mappings.
    json::object ask(stream::HttpVerb verb, const std::string& path) const {
        return server_.ask_json(
            {.verb = verb,
             .path = "/mappings" + path,
             .limits = verb == stream::HttpVerb::post ? redrive_limits : question_limits});
    }

    /// Returns the mapping with that name, or all mappings if the name is empty.
    json::array mappings(const std::string& name) const {
        if (name.empty()) return ask(stream::HttpVerb::get, "").at("Mappings").as_array();
        return {ask(stream::HttpVerb::get, "/" + percent_encoded(name))};
    }

  private:
    RunningServer server_;
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
