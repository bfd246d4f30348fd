#include "server/admin/server_endpoints.hpp"

#include <array>
#include <boost/json.hpp>

#include "server/process/version.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

struct ServerState {
    const Clock& clock;
    Timestamp started;
};

AdminResponse health(const ServerState& state, const AdminRequest&) {
    const auto uptime = std::chrono::floor<std::chrono::seconds>(state.clock.now() - state.started);
    const json::object body{{"status", "ok"}, {"version", version()}, {"uptime_seconds", uptime.count()}};
    return {200, json::serialize(body)};
}

struct ServerEndpoint {
    std::string_view method;
    std::string_view path;
    std::string_view purpose;
    AdminResponse (*function)(const ServerState&, const AdminRequest&);
};

constexpr std::array<ServerEndpoint, 1> server_endpoints = {{
    {"GET", "/_tailrace/health", "Whether the server answers, its version and for how long it has run.",
     health},
}};

}  // namespace

void add_server_endpoints(AdminEndpoints& endpoints, const Clock& clock) {
    const ServerState state{clock, clock.now()};
    for (const ServerEndpoint& endpoint : server_endpoints) {
        const auto call = [state, function = endpoint.function](const AdminRequest& request) {
            return function(state, request);
        };
        endpoints.add({std::string(endpoint.method), std::string(endpoint.path),
                       std::string(endpoint.purpose), call, Answering::at_once});
    }
}

}  // namespace tailrace::server
