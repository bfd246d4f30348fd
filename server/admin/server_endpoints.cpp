#include "server/admin/server_endpoints.hpp"

#include <chrono>

#include "server/process/version.hpp"

namespace tailrace::server {

void add_server_endpoints(Mount& admin, const Clock& clock) {
    const auto health = [&clock, started = clock.now()](const WebRequest&) {
        const auto uptime = std::chrono::floor<std::chrono::seconds>(clock.now() - started);
        return json_response({{"status", "ok"}, {"version", version()}, {"uptime_seconds", uptime.count()}});
    };
    admin.add({.method = "GET",
               .path = "/_tailrace/health",
               .purpose = "Whether the server answers, its version and for how long it has run.",
               .function = health,
               .answering = Answering::at_once});
}

}  // namespace tailrace::server
