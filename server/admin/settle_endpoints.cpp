#include "server/admin/settle_endpoints.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/json_text.hpp"
#include "engine/model/nearest_name.hpp"
#include "engine/model/parse_number.hpp"
#include "engine/table/database.hpp"
#include "server/admin/clock_endpoints.hpp"
#include "server/admin/mapping_json.hpp"
#include "server/admin/mapping_reason.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr int max_seconds = 3600;
/// How far the clock may be moved if the request does not say.
constexpr std::chrono::seconds default_advance{60};

/// A request that cannot be carried out.
struct Refused {
    HttpResponse response;
};

Refused refused(std::string_view message, int status = 400) {
    return {message_response(status, message)};
}

/// Refuses to say how far the mappings are if another process has one that this process lacks.
void check_mappings(const SettleParts& parts, const SettleRequest& request) {
    stream::ShardSharing* const sharing = parts.mappings.sharing();
    if (sharing == nullptr) return;
    const auto lacked = sharing->lacked(request.at_most, request.given_up);
    if (!lacked) return;
    throw refused("The process " + lacked->process + " on the same database has the event source mapping " +
                      lacked->id +
                      ", which this process lacks, so nobody knows when all are done. Start "
                      "all processes with the same mappings and functions.",
                  409);
}

/// Returns the query's timeout_seconds, or the default if there is no query.
std::chrono::seconds seconds_in(std::string_view query) {
    constexpr std::string_view name = "timeout_seconds=";
    if (query.empty()) return std::chrono::duration_cast<std::chrono::seconds>(SettleRequest().at_most);
    std::optional<int> seconds;
    if (query.starts_with(name)) seconds = parse_number<int>(query.substr(name.size()));
    if (!seconds || *seconds < 0 || *seconds > max_seconds)
        throw refused("The query may contain timeout_seconds, a whole number from 0 to 3600.");
    return std::chrono::seconds(*seconds);
}

json::object members_of(std::string_view body) {
    if (body.empty()) return {};
    json::error_code error;
    json::value parsed = parse_json(body, error);
    if (error || !parsed.is_object()) throw refused("The body must be a JSON object, or empty.");
    return std::move(parsed.get_object());
}

/// Refuses a table that does not exist, unless a mapping waits for it.
void check_table(const std::string& name, const SettleParts& parts) {
    std::vector<std::string> known = parts.engine.database().read([](table::ReadSession& session) {
        std::vector<std::string> names;
        for (const auto& [each, table] : session.catalogue().tables) {
            if (session.find_table(each) != nullptr) names.push_back(each);
        }
        return names;
    });
    for (stream::MappingStatus& status : parts.mappings.all()) known.push_back(std::move(status.table_name));
    if (std::ranges::find(known, name) != known.end()) return;
    const std::vector<std::string_view> names(known.begin(), known.end());
    throw refused("there is no table '" + name + "', and no mapping for it" + did_you_mean(name, names));
}

/// Reads the member that drain and settle share.
void read_table_name(const json::object& members, const SettleParts& parts, SettleRequest& request) {
    const json::value* name = members.if_contains("TableName");
    if (name == nullptr) return;
    if (!name->is_string() || name->get_string().empty())
        throw refused("TableName must be the name of a table.");
    request.table_name = name->get_string();
    check_table(request.table_name, parts);
}

/// Reads how far the clock may be moved. Returns nullopt if it may not be moved.
std::optional<std::chrono::microseconds> advance_in(const json::object& members) {
    const json::value* advance = members.if_contains("AdvanceClock");
    const json::value* at_most = members.if_contains("AtMostSeconds");
    if (advance != nullptr && !advance->is_bool()) throw refused("AdvanceClock must be true or false.");
    const bool may_advance = advance != nullptr && advance->get_bool();
    if (at_most != nullptr && !may_advance)
        throw refused("AtMostSeconds needs AdvanceClock: it says how far the clock may be moved.");
    if (!may_advance) return std::nullopt;
    if (at_most == nullptr) return default_advance;
    // More than that is beyond the year 9999 on any clock.
    constexpr double most = 3e11;
    const double seconds = at_most->is_number() ? at_most->to_number<double>() : -1;
    if (!(seconds >= 0 && std::isfinite(seconds)))
        throw refused("AtMostSeconds must be a finite number that is not below 0.");
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::duration<double>(std::min(seconds, most)));
}

/// Returns the mappings that are not waited for, although the caller may expect it: those whose table does
/// not exist, those that are disabled and have records to handle, and those that are not started.
json::array unread_in(const KnownMappings& mappings, std::string_view table_name) {
    json::array unread;
    for (const stream::MappingStatus& status : mappings.all()) {
        if (!table_name.empty() && status.table_name != table_name) continue;
        const bool is_disabled = status.state == stream::MappingState::disabled && status.lag.value_or(0) > 0;
        if (is_disabled || status.state == stream::MappingState::waiting_for_stream ||
            status.state == stream::MappingState::unstarted) {
            unread.push_back(progress_json(status));
        }
    }
    return unread;
}

/// What is stuck, as members of the answer and as one line: "orders/mail: it is paused. The table …".
struct Stuck {
    json::array names;
    json::array mappings;
    json::array tables;
    std::string line;

    void add(const stream::MappingStatus& status) {
        mappings.push_back(progress_json(status));
        const std::string reason = reason_of(status);
        add_line(reason.empty() ? status.name : status.name + ": " + reason);
    }
    void add(const TableInTransition& table, bool clock_stands_still) {
        tables.push_back(json::object{
            {"TableName", table.name}, {"Status", table.status}, {"Until", iso_time(table.until)}});
        add_line("the table " + table.name + " is " + table.status + "; it changes " +
                 moment_text(table.until, clock_stands_still));
    }

  private:
    void add_line(const std::string& text) { line.append(line.empty() ? "" : ". ").append(text); }
};

/// `needs_longer_advance` is true if the request may move the clock, but not far enough. The texts then do
/// not say how to move it.
Stuck stuck_in(const SettleResult& result, const SettleParts& parts, bool needs_longer_advance) {
    Stuck stuck;
    stuck.names = json::array(result.mappings.begin(), result.mappings.end());
    for (stream::MappingStatus& status : parts.mappings.dispatcher().statuses()) {
        if (std::ranges::find(result.mappings, status.name) == result.mappings.end()) continue;
        if (needs_longer_advance) status.clock_stands_still = false;
        stuck.add(status);
    }
    const bool stands_still = parts.barrier.clock_stands_still() && !needs_longer_advance;
    for (const TableInTransition& table : result.tables) stuck.add(table, stands_still);
    return stuck;
}

/// How a wait has ended. `member` says in the answer whether it succeeded: "Drained" or "Settled".
struct Outcome {
    std::string_view member;
    const SettleRequest& request;
    const SettleResult& result;
    bool is_in_time;
    bool moves_clock;
};

/// Answers 200, or 504 with what is stuck and why, or 503 if the wait was given up.
HttpResponse answer(const Outcome& outcome, const SettleParts& parts, json::object body) {
    body[outcome.member] = outcome.result.is_settled();
    if (outcome.result.is_settled()) {
        json::array unread = unread_in(parts.mappings, outcome.request.table_name);
        if (!unread.empty()) body["Unread"] = std::move(unread);
        return json_response(body);
    }
    const bool needs_longer_advance = outcome.moves_clock && outcome.result.needs_longer_advance;
    Stuck stuck = stuck_in(outcome.result, parts, needs_longer_advance);
    body["Stuck"] = std::move(stuck.names);
    if (outcome.request.given_up.stop_requested()) {
        body["message"] = "The server is stopping.";
        return json_response(body, 503);
    }
    body["Mappings"] = std::move(stuck.mappings);
    if (!stuck.tables.empty()) body["Tables"] = std::move(stuck.tables);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(outcome.request.at_most).count();
    std::string message = outcome.member == "Drained" ? "Not drained" : "Not settled";
    if (!outcome.is_in_time) message.append(" within ").append(std::to_string(seconds)).append(" seconds");
    if (needs_longer_advance) message.append(", as AtMostSeconds is too short to reach what is due next");
    body["message"] = stuck.line.empty() ? message : message + ": " + stuck.line;
    return json_response(body, 504);
}

HttpResponse drain(const SettleParts& parts, const WebRequest& request) try {
    SettleRequest wanted{.at_most = seconds_in(request.target.query()), .given_up = request.given_up};
    read_table_name(members_of(request.body), parts, wanted);
    check_mappings(parts, wanted);
    const auto end = steady_time() + wanted.at_most;
    SettleResult result;
    result.mappings = parts.mappings.dispatcher().drain(wanted.at_most, wanted.given_up, wanted.table_name);
    return answer({.member = "Drained",
                   .request = wanted,
                   .result = result,
                   .is_in_time = steady_time() < end,
                   .moves_clock = false},
                  parts, {});
} catch (Refused& refusal) {
    return std::move(refusal.response);
}

HttpResponse settle(const SettleParts& parts, const WebRequest& request) try {
    SettleRequest wanted{.at_most = seconds_in(request.target.query()), .given_up = request.given_up};
    const json::object members = members_of(request.body);
    read_table_name(members, parts, wanted);
    const auto advance = advance_in(members);
    if (advance) wanted.advance_at_most = *advance;
    if (advance && !parts.barrier.clock_stands_still()) return refuse_to_move();
    check_mappings(parts, wanted);
    const auto end = steady_time() + wanted.at_most;
    const SettleResult result = parts.barrier.settle(wanted);
    json::object body{{"Settled", false}, {"Removed", result.removed}};
    if (advance) {
        body["AdvancedSeconds"] = std::chrono::duration<double>(result.advanced).count();
        body["Now"] = iso_time(parts.barrier.clock().now());
    }
    return answer({.member = "Settled",
                   .request = wanted,
                   .result = result,
                   .is_in_time = steady_time() < end,
                   .moves_clock = advance.has_value()},
                  parts, std::move(body));
} catch (Refused& refusal) {
    return std::move(refusal.response);
}

}  // namespace

void add_settle_endpoints(Mount& admin, const SettleParts& parts) {
    const RouteField timeout{.name = "timeout_seconds", .kind = FieldKind::number};
    admin.add({.method = "POST",
               .path = "/_tailrace/streams/drain",
               .purpose =
                   "Answers when every mapping has handled everything that was written before the call, "
                   "and no replay or redrive is under way; ?timeout_seconds=30, up to 3600. "
                   "{\"TableName\": …} waits for the mappings of one table.",
               .function = [parts](const WebRequest& request) { return drain(parts, request); },
               .answering = Answering::waiting,
               .members = {{.name = "TableName"}},
               .parameters = {timeout}});
    admin.add(
        {.method = "POST",
         .path = "/_tailrace/settle",
         .purpose =
             "Answers when nothing is left to do: the functions have handled everything, including what "
             "they wrote themselves, expired items are removed, and no table is in transition; "
             "?timeout_seconds=30, up to "
             "3600. {\"AdvanceClock\": true, \"AtMostSeconds\": 60} moves a manual clock to what is "
             "due next.",
         .function = [parts](const WebRequest& request) { return settle(parts, request); },
         .answering = Answering::waiting,
         .members = {{.name = "TableName"},
                     {.name = "AdvanceClock", .kind = FieldKind::flag},
                     {.name = "AtMostSeconds", .kind = FieldKind::number}},
         .parameters = {timeout}});
}

}  // namespace tailrace::server
