#include "server/admin/server_endpoints.hpp"

#include <chrono>

#include "server/admin/open_api.hpp"
#include "server/process/version.hpp"

namespace tailrace::server {

void add_server_endpoints(Mount& admin, const Clock& clock) {
    const auto health = [&clock, started = clock.now()](const WebRequest&) {
        const auto uptime = std::chrono::floor<std::chrono::seconds>(clock.now() - started);
        return json_response({{"status", "ok"}, {"version", version()}, {"uptime_seconds", uptime.count()}});
    };
    admin.add({.method = "GET",
               .path = "/_tailrace/health",
               .purpose = "The server's version, and for how long it has run.",
               .function = health,
               .answering = Answering::at_once});
    admin.add({.method = "GET",
               .path = "/_tailrace/openapi.json",
               .purpose = "These endpoints as an OpenAPI 3.1 document.",
               .function = [&admin](const WebRequest&) { return json_response(open_api(admin.routes())); },
               .answering = Answering::at_once});
}

}  // namespace tailrace::server
