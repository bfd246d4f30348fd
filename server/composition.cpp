#include "server/composition.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>

#include "engine/operation/engine.hpp"
#include "engine/partiql/operations.hpp"
#include "engine/table/store.hpp"
#include "server/admin/admin_mount.hpp"
#include "server/admin/clock_endpoints.hpp"
#include "server/admin/mapping_endpoints.hpp"
#include "server/admin/server_endpoints.hpp"
#include "server/admin/shard_endpoints.hpp"
#include "server/admin/stream_endpoints.hpp"
#include "server/admin/time_to_live_endpoints.hpp"
#include "server/front_door.hpp"
#include "server/http/http_server.hpp"
#include "server/lambda/account_endpoints.hpp"
#include "server/lambda/event_source_mappings.hpp"
#include "server/lambda/function_endpoints.hpp"
#include "server/lambda/lambda_mount.hpp"
#include "server/lambda/mapping_endpoints.hpp"
#include "server/lambda/tag_endpoints.hpp"
#include "server/process/database_file_watch.hpp"
#include "server/process/stop_deadline.hpp"
#include "server/process/time_to_live_sweeper.hpp"
#include "server/process/version.hpp"
#include "server/web/access_policy.hpp"
#include "server/web/host_name.hpp"
#include "stream/dispatcher.hpp"
#include "stream/function_registry.hpp"

namespace tailrace::server {
namespace {

HttpServerOptions http_options(const Options& options) {
    HttpServerOptions http;
    http.host = options.host;
    http.port = options.port;
    http.threads = options.threads;
    http.idle_timeout = std::chrono::seconds(options.idle_timeout_seconds);
    http.body_memory_bytes = static_cast<std::uint64_t>(options.body_memory_megabytes) * 1024 * 1024;
    http.reaps_orphans = ::getpid() == 1;
    http.stop_patience = std::chrono::seconds(std::max(options.shutdown_timeout_seconds / 2, 1));
    return http;
}

EngineOptions engine_options(const Options& options) {
    EngineOptions engine;
    engine.account_id = options.account_id;
    engine.region = options.region;
    engine.shards = options.shards;
    engine.table_delay = std::chrono::milliseconds(options.table_delay_ms);
    engine.transaction_duration = std::chrono::milliseconds(options.transaction_ms);
    return engine;
}

/// How often it is looked whether the database file is still there.
constexpr std::chrono::seconds file_interval{5};

std::unique_ptr<Engine> open_engine(const Options& options, const Clock& clock, const Log& log) {
    const auto notice = [&log](const std::string& text) { log.warning(text); };
    auto store = table::open_store({options.db_path, notice, &clock});
    try {
        return std::make_unique<Engine>(engine_options(options), std::move(store), clock,
                                        partiql::operations());
    } catch (const table::StorageError& error) {
        throw table::StorageError("cannot open the database file '" + options.db_path + "': " + error.what());
    }
}

/// The address under which this server reaches itself.
std::string own_host(const std::string& host) {
    if (host == "0.0.0.0") return "127.0.0.1";
    if (host == "::") return "[::1]";
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

stream::HandlerContext handler_context(Engine& engine, const Options& options, std::uint16_t port,
                                       const Log& log) {
    stream::HandlerContext context{engine};
    context.endpoint_url = "http://" + own_host(options.host) + ":" + std::to_string(port);
    if (!options.access.admin_token.empty()) context.access_key_id = options.access.admin_token;
    context.timeout = std::chrono::seconds(options.function_timeout_seconds);
    context.log = [&log](std::string_view function, std::string_view line) {
        log.write_from(function, line);
    };
    return context;
}

void attach(stream::Dispatcher& streams, stream::FunctionRegistry& functions, const Options& options) {
    for (const NamedFunction& each : options.functions) functions.add(each.name, each.handler);
    for (const OnStream& each : options.on_stream) {
        const stream::Function function = functions.find_or_add(each.handler);
        stream::MappingOptions mapping;
        mapping.table_name = each.table;
        mapping.handler_name = each.handler;
        mapping.parameters = each.parameters;
        mapping.function_arn = functions.arn_of(function.name);
        streams.add(std::move(mapping), function.handler);
    }
}

/// What a server that others than this machine reach is to be warned of.
std::string reach_warning(const Options& options) {
    const AccessRules& access = options.access;
    std::string text = "listens on " + options.host +
                       ", beyond this machine: whoever reaches it there can read and change all tables";
    if (!access.has_admin || !access.admin_token.empty()) {
        return text.append("; --host 127.0.0.1 keeps others out");
    }
    return text.append(
        ", and through /_tailrace and Lambda's API call functions, change mappings and read their records; "
        "--admin-token or --no-admin closes the latter, --host 127.0.0.1 all of it");
}

/// What keeps the server from stopping.
std::vector<std::string> under_way(const HttpServer& http, stream::Dispatcher& streams) {
    std::vector<std::string> names = http.requests_under_way();
    for (const std::string& mapping : streams.calls_under_way()) {
        names.push_back("the function of the event source mapping " + mapping);
    }
    return names;
}

/// "Tailrace 0.1.0 listens on http://127.0.0.1:8000 (in memory)"
std::string ready_line(const Options& options, std::uint16_t port) {
    const bool is_ipv6 = options.host.find(':') != std::string::npos;
    std::string line = "Tailrace ";
    line.append(version()).append(" listens on http://");
    line.append(is_ipv6 ? "[" + options.host + "]" : options.host).append(":").append(std::to_string(port));
    return line.append(" (").append(options.db_path.empty() ? "in memory" : options.db_path).append(")\n");
}

}  // namespace

void serve(const Options& options) {
    // A reader of the log or of standard output that goes away is no reason to end.
    std::signal(SIGPIPE, SIG_IGN);
    // Nor is a file that has reached its limit of size: what is written then fails with an error.
    std::signal(SIGXFSZ, SIG_IGN);
    const SystemClock system_clock;
    std::optional<ManualClock> manual_clock;
    if (options.manual_clock) manual_clock.emplace(*options.manual_clock);
    const Clock& clock = manual_clock ? static_cast<const Clock&>(*manual_clock) : system_clock;
    const Log log(options.log_level, clock, options.access.admin_token);
    for (const std::string& note : options.notes) log.info(note);

    StopDeadline deadline(log, std::chrono::seconds(options.shutdown_timeout_seconds));
    const std::unique_ptr<Engine> opened = open_engine(options, clock, log);
    Engine& engine = *opened;
    DatabaseFileWatch file_watch(options.db_path, log);

    // Functions are told the port, so it is taken first; requests wait until it is served.
    Router router;
    Mount& admin = mount_admin(router);
    Mount& lambda = mount_lambda(router);
    FrontDoor door(engine, router, log, AccessPolicy(options.access));
    HttpServer http(http_options(options), door, clock, log);

    stream::FunctionRegistry functions(handler_context(engine, options, http.port(), log));
    stream::Dispatcher streams(engine, {options.destinations, [&log](const auto& line) { log.error(line); },
                                        [&log](const auto& line) { log.warning(line); }});
    attach(streams, functions, options);
    EventSourceMappings mappings({engine, functions, streams});
    for (const std::string& notice : mappings.restore()) log.warning(notice);

    TimeToLiveSweeper sweeper(engine, log, std::chrono::seconds(options.ttl_interval_seconds));

    add_server_endpoints(admin, clock);
    add_clock_endpoints(admin, clock, manual_clock ? &*manual_clock : nullptr, [&] {
        if (options.ttl_interval_seconds > 0) sweeper.look();
    });
    add_stream_endpoints(admin, streams);
    add_mapping_endpoints(admin, streams, [&mappings] { return mappings.resting(); });
    add_shard_endpoints(admin, engine);
    add_time_to_live_endpoints(admin, sweeper);

    add_mapping_endpoints(lambda, mappings);
    add_function_endpoints(lambda, functions, log);
    add_account_endpoints(lambda, functions);
    add_tag_endpoints(lambda, mappings, functions);
    if (!is_loopback(options.host)) log.warning(reach_warning(options));
    std::fputs(ready_line(options, http.port()).c_str(), stdout);
    std::fflush(stdout);
    if (!options.db_path.empty()) http.every(file_interval, [&] { file_watch.look(); });
    http.on_stop([&] {
        streams.begin_stop();
        deadline.begin({[&] { functions.stop(); }, [&] { return under_way(http, streams); }});
    });
    http.run();
    functions.stop();
    streams.stop();
    deadline.now_at("an invocation of type Event, or the database");
}

}  // namespace tailrace::server
