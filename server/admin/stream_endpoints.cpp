#include "server/admin/stream_endpoints.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <chrono>

#include "server/admin/mapping_json.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr int default_drain_seconds = 30;
constexpr int longest_drain_seconds = 3600;

HttpResponse show_streams(stream::Dispatcher& dispatcher) {
    json::array mappings;
    for (const stream::MappingStatus& status : dispatcher.statuses()) mappings.push_back(to_json(status));
    return json_response({{"Mappings", std::move(mappings)}});
}

/// The query's timeout_seconds, or the default; nothing when it is no number in range.
std::optional<int> drain_seconds(std::string_view query) {
    constexpr std::string_view name = "timeout_seconds=";
    if (query.empty()) return default_drain_seconds;
    if (!query.starts_with(name)) return std::nullopt;
    query.remove_prefix(name.size());
    int seconds = 0;
    const auto [end, error] = std::from_chars(query.data(), query.data() + query.size(), seconds);
    if (error != std::errc() || end != query.data() + query.size()) return std::nullopt;
    return seconds >= 0 && seconds <= longest_drain_seconds ? std::optional(seconds) : std::nullopt;
}

/// Why mappings get no further, by their names.
json::object faults_of(stream::Dispatcher& dispatcher) {
    json::object faults;
    for (const stream::MappingStatus& status : dispatcher.statuses()) {
        if (status.fault) faults[status.name] = status.fault->reason;
    }
    return faults;
}

HttpResponse drain(stream::Dispatcher& dispatcher, const WebRequest& request) {
    const auto seconds = drain_seconds(request.target.query());
    if (!seconds) {
        return message_response(400, "The query may hold timeout_seconds, a whole number from 0 to 3600.");
    }
    const auto stuck = dispatcher.drain(std::chrono::seconds(*seconds), request.given_up);
    if (stuck.empty()) return json_response({{"Drained", true}});
    json::object body{{"Drained", false}, {"Stuck", json::array(stuck.begin(), stuck.end())}};
    if (json::object faults = faults_of(dispatcher); !faults.empty()) body["Faults"] = std::move(faults);
    if (request.given_up.stop_requested()) {
        body["message"] = "The server is stopping.";
        return json_response(body, 503);
    }
    if (!body.contains("Faults")) {
        body["message"] = "Not drained within " + std::to_string(*seconds) +
                          " seconds; timeout_seconds=" + std::to_string(longest_drain_seconds) +
                          " is the longest time to wait.";
    }
    return json_response(body, 504);
}

}  // namespace

void add_stream_endpoints(Mount& admin, stream::Dispatcher& dispatcher) {
    admin.add({.method = "GET",
               .path = "/_tailrace/streams",
               .purpose = "Each event source mapping with its checkpoint, its lag and its counts.",
               .function = [&dispatcher](const WebRequest&) { return show_streams(dispatcher); }});
    admin.add({.method = "POST",
               .path = "/_tailrace/streams/drain",
               .purpose = "Answers when every mapping has handled everything written before the call; "
                          "?timeout_seconds=30, up to 3600.",
               .function = [&dispatcher](const WebRequest& request) { return drain(dispatcher, request); },
               .answering = Answering::waiting});
}

}  // namespace tailrace::server
