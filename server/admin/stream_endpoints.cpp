#include "server/admin/stream_endpoints.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <string>
#include <vector>

#include "server/admin/mapping_json.hpp"
#include "server/admin/mapping_reason.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr int default_drain_seconds = 30;
constexpr int max_drain_seconds = 3600;

HttpResponse show_streams(stream::Dispatcher& dispatcher) {
    json::array mappings;
    for (const stream::MappingStatus& status : dispatcher.statuses()) mappings.push_back(to_json(status));
    return json_response({{"Mappings", std::move(mappings)}});
}

/// Returns the query's timeout_seconds, the default if there is no query, or nullopt if it is not a number in
/// range.
std::optional<int> drain_seconds(std::string_view query) {
    constexpr std::string_view name = "timeout_seconds=";
    if (query.empty()) return default_drain_seconds;
    if (!query.starts_with(name)) return std::nullopt;
    query.remove_prefix(name.size());
    int seconds = 0;
    const auto [end, error] = std::from_chars(query.data(), query.data() + query.size(), seconds);
    if (error != std::errc() || end != query.data() + query.size()) return std::nullopt;
    return seconds >= 0 && seconds <= max_drain_seconds ? std::optional(seconds) : std::nullopt;
}

/// Returns the mappings that a drain does not wait for, although the caller may expect it: those whose table
/// does not exist, those that are disabled and have records to handle, and those that are not started.
json::array unread_in(const KnownMappings& mappings) {
    json::array unread;
    for (const stream::MappingStatus& status : mappings.all()) {
        const bool is_disabled = status.state == stream::MappingState::disabled && status.lag.value_or(0) > 0;
        if (is_disabled || status.state == stream::MappingState::waiting_for_stream ||
            status.state == stream::MappingState::unstarted) {
            unread.push_back(progress_json(status));
        }
    }
    return unread;
}

/// Says what is stuck, in one line: "Not drained: orders/mail: it is paused; …".
std::string stuck_line(const std::vector<stream::MappingStatus>& stuck, std::string_view start) {
    std::string line(start);
    const char* separator = ": ";
    for (const stream::MappingStatus& status : stuck) {
        line.append(separator).append(status.name);
        if (const std::string reason = reason_of(status); !reason.empty()) line.append(": ").append(reason);
        separator = ". ";
    }
    return line;
}

HttpResponse drain(const KnownMappings& mappings, const WebRequest& request) {
    const auto seconds = drain_seconds(request.target.query());
    if (!seconds) {
        return message_response(400, "The query may contain timeout_seconds, a whole number from 0 to 3600.");
    }
    const auto end = steady_time() + std::chrono::seconds(*seconds);
    const auto names = mappings.dispatcher().drain(std::chrono::seconds(*seconds), request.given_up);
    if (names.empty()) {
        json::object body{{"Drained", true}};
        if (json::array unread = unread_in(mappings); !unread.empty()) body["Unread"] = std::move(unread);
        return json_response(body);
    }
    json::object body{{"Drained", false}, {"Stuck", json::array(names.begin(), names.end())}};
    if (request.given_up.stop_requested()) {
        body["message"] = "The server is stopping.";
        return json_response(body, 503);
    }
    std::vector<stream::MappingStatus> stuck = mappings.dispatcher().statuses();
    std::erase_if(stuck, [&](const stream::MappingStatus& status) {
        return std::ranges::find(names, status.name) == names.end();
    });
    json::array& shown = body["Mappings"].emplace_array();
    for (const stream::MappingStatus& status : stuck) shown.push_back(progress_json(status));
    const std::string within = "Not drained within " + std::to_string(*seconds) + " seconds";
    body["message"] = stuck_line(stuck, steady_time() < end ? "Not drained" : within);
    return json_response(body, 504);
}

}  // namespace

void add_stream_endpoints(Mount& admin, const KnownMappings& mappings) {
    admin.add({.method = "GET",
               .path = "/_tailrace/streams",
               .purpose = "Each event source mapping with its checkpoint, lag and counts.",
               .function = [&dispatcher = mappings.dispatcher()](const WebRequest&) {
                   return show_streams(dispatcher);
               }});
    admin.add({.method = "POST",
               .path = "/_tailrace/streams/drain",
               .purpose =
                   "Answers when every mapping has handled everything that was written before the call, "
                   "and no replay or redrive is under way; ?timeout_seconds=30, up to 3600.",
               .function = [mappings](const WebRequest& request) { return drain(mappings, request); },
               .answering = Answering::waiting,
               .parameters = {{.name = "timeout_seconds", .kind = FieldKind::number}}});
}

}  // namespace tailrace::server
