#include "server/tailrace.hpp"

#include <string_view>
#include <utility>

#include "engine/partiql/operations.hpp"
#include "engine/table/database.hpp"
#include "server/admin/admin_mount.hpp"
#include "server/admin/cache_endpoints.hpp"
#include "server/admin/clock_endpoints.hpp"
#include "server/admin/consistency_endpoints.hpp"
#include "server/admin/data_endpoints.hpp"
#include "server/admin/fault_endpoints.hpp"
#include "server/admin/mapping_endpoints.hpp"
#include "server/admin/request_endpoints.hpp"
#include "server/admin/server_endpoints.hpp"
#include "server/admin/settle_endpoints.hpp"
#include "server/admin/shard_endpoints.hpp"
#include "server/admin/stream_endpoints.hpp"
#include "server/admin/throttle_endpoints.hpp"
#include "server/admin/time_to_live_endpoints.hpp"
#include "server/advice/advice_endpoints.hpp"
#include "server/cache/cache_mount.hpp"
#include "server/cognito/cognito_service.hpp"
#include "server/console/console_mount.hpp"
#include "server/functions/function_endpoints.hpp"
#include "server/functions/tag_endpoints.hpp"
#include "server/functions/upload_endpoints.hpp"
#include "server/lambda/account_endpoints.hpp"
#include "server/lambda/event_source_mapping_endpoints.hpp"
#include "server/lambda/lambda_error.hpp"
#include "server/lambda/lambda_faults.hpp"
#include "server/lambda/lambda_mount.hpp"
#include "server/mcp/mcp_endpoint.hpp"
#include "server/metrics/metrics_endpoint.hpp"

namespace tailrace::server {
namespace {

std::unique_ptr<Engine> open_engine(const TailraceOptions& options, const Clock& clock, const Log& log,
                                    std::unique_ptr<table::Store> store) {
    const table::StoreLocation& location = options.store_location;
    if (store == nullptr) {
        const auto notice = [&log](const std::string& text) { log.warning(text); };
        store = table::open_store({.location = location,
                                   .must_exist = options.store_must_exist,
                                   .notice = notice,
                                   .clock = &clock,
                                   .durability = options.durability,
                                   .page_budget = options.page_budget});
    }
    try {
        return std::make_unique<Engine>(options.engine, std::move(store), clock, partiql::operations());
    } catch (const table::StorageError& error) {
        const std::string kind = location.file() ? "database file" : "database";
        throw table::StorageError("cannot open the " + kind + " '" + location.shown() + "': " + error.what());
    }
}

stream::HandlerContext handler_context(Engine& engine, const TailraceOptions& options, const Log& log) {
    stream::HandlerContext context{engine};
    context.credentials = options.function_credentials;
    context.timeout = options.function_timeout;
    context.processes = options.beside != nullptr
                            ? options.beside->functions().processes()
                            : std::make_shared<stream::FunctionProcesses>(options.function_processes);
    context.log = [&log](std::string_view function, std::string_view line) {
        log.write_from(function, line);
    };
    return context;
}

CacheOptions cache_options(const TailraceOptions& options) {
    CacheOptions caches = options.caches;
    caches.are_kept = !options.store_location.in_memory();
    return caches;
}

stream::DispatcherOptions dispatcher_options(const TailraceOptions& options, const Log& log) {
    return {.destinations = options.destinations,
            .log = [&log](const auto& line) { log.error(line); },
            .warn = [&log](const auto& line) { log.warning(line); },
            .clock_stands_still = options.movable_clock != nullptr,
            .threads = options.beside != nullptr ? &options.beside->dispatcher().threads() : nullptr};
}

}  // namespace

Tailrace::Tailrace(TailraceOptions options, const Clock& clock, const Log& log,
                   std::unique_ptr<table::Store> store)
    : options_(std::move(options)),
      log_(log),
      engine_(open_engine(options_, clock, log, std::move(store))),
      watchers_{RequestLog(*engine_), Adviser(*engine_)},
      caches_(engine_->database(), clock, cache_options(options_)),
      user_pools_(engine_->database(), clock),
      functions_(handler_context(*engine_, options_, log), options_.code_folders),
      dispatcher_(*engine_, dispatcher_options(options_, log)),
      mappings_(*engine_, functions_.registry(), dispatcher_),
      contents_(parts()),
      sweeper_(*engine_, log, options_.time_to_live_interval, options_.beside == nullptr),
      barrier_({.engine = *engine_,
                .dispatcher = dispatcher_,
                .sweeper = sweeper_,
                .movable_clock = options_.movable_clock}) {
    if (options_.advises) watchers_.adviser.begin();
}

Tailrace::~Tailrace() {
    stop();
}

Mount& Tailrace::add_endpoints(Router& router) {
    Mount& admin = mount_admin(router);
    add_server_endpoints(admin, engine_->clock());
    add_request_endpoints(admin, {*engine_, functions(), watchers_.log});
    add_clock_endpoints(admin, engine_->clock(), options_.movable_clock, [this] { sweep_after_move(); });
    const KnownMappings known(
        dispatcher_, [this] { return mappings_.unstarted(); }, [this] { return contents_.sharing(); });
    const std::size_t before_mappings = admin.routes().size();
    add_stream_endpoints(admin, known);
    add_settle_endpoints(admin, {known, *engine_, barrier_});
    add_mapping_endpoints(admin, known);
    admin.guard_since(before_mappings, refusal_beside_main());
    add_shard_endpoints(admin, *engine_);
    add_time_to_live_endpoints(admin, sweeper_);
    add_cache_endpoints(admin, caches_);
    add_fault_endpoints(admin, *engine_);
    add_throttle_endpoints(admin, *engine_);
    add_consistency_endpoints(admin, *engine_);
    add_data_endpoints(admin, *engine_);
    add_advice_endpoints(admin, watchers_.adviser, known);
    mount_console(router);
    add_metrics_endpoint(admin, {*engine_, watchers_.log, known, options_.server_start});
    add_mcp_endpoint(admin, {*engine_, router, options_.tool_access});
    if (!caches_.empty()) mount_caches(router, caches_, engine_->clock(), options_.cache_token);

    serve_cognito(router, user_pools_, options_.engine.region, options_.engine.account_id);

    Mount& lambda = mount_lambda(router);
    add_lambda_faults(lambda, *engine_);
    const std::size_t before_sources = lambda.routes().size();
    add_event_source_mapping_endpoints(lambda, mappings_);
    lambda.guard_since(before_sources, [this]() -> std::optional<HttpResponse> {
        if (contents_.is_main()) return std::nullopt;
        throw LambdaError::service(contents_.elsewhere());
    });
    add_function_endpoints(lambda, functions_, log_);
    add_upload_endpoints(lambda, functions_);
    add_alias_endpoints(lambda, functions_);
    add_permission_endpoints(lambda, functions_);
    add_account_endpoints(lambda, functions_.registry());
    add_tag_endpoints(lambda, mappings_, functions_);
    return admin;
}

/// The clock has been moved even if this fails, and the next sweep tries again.
void Tailrace::sweep_after_move() {
    try {
        sweeper_.on_clock_moved();
    } catch (const table::StorageError& error) {
        log_.error(std::string("time to live: the sweep after the clock was moved failed: ") + error.what());
    }
}

std::string Tailrace::map(const OnStream& wanted) {
    return contents_.give_mapping(wanted);
}

bool Tailrace::may_run_mappings() const {
    const table::Lease* const lease = engine_->database().lease();
    return lease == nullptr || lease->process() != 0;
}

Mount::Refusal Tailrace::refusal_beside_main() const {
    return [this]() -> std::optional<HttpResponse> {
        if (contents_.is_main()) return std::nullopt;
        return message_response(409, contents_.elsewhere());
    };
}

/// In a database that other processes use, too, mappings are started when this process may take leases.
std::string Tailrace::start_mapping(const OnStream& wanted) {
    const stream::Function function = functions().find_or_add(wanted.handler);
    stream::MappingOptions mapping;
    mapping.table_name = wanted.table;
    mapping.handler_name = wanted.handler;
    mapping.parameters = wanted.parameters;
    mapping.function_arn = functions().arn_of(function.name);
    mapping.first_retry_wait = options_.first_retry_wait;
    if (!may_run_mappings()) {
        dispatcher_.check(mapping.parameters);
        return stream::mapping_id(mapping.name());
    }
    return dispatcher_.add(std::move(mapping), function.handler);
}

Contents::Parts Tailrace::parts() {
    return {.engine = *engine_,
            .dispatcher = dispatcher_,
            .mappings = mappings_,
            .functions = functions_,
            .caches = caches_,
            .user_pools = user_pools_,
            .log = log_,
            .movable_clock = options_.movable_clock,
            .is_in_memory = options_.store_location.in_memory(),
            .page_budget = options_.page_budget,
            .request_log = watchers_.log,
            .start_mapping = [this](const OnStream& wanted) { return start_mapping(wanted); },
            .add_users = options_.add_users,
            .add_tables = options_.add_tables};
}

void Tailrace::restore_mappings() {
    if (engine_->database().lease() != nullptr) return contents_.keep_lease();
    for (const std::string& notice : mappings_.restore()) log_.warning(notice);
}

void Tailrace::rest() {
    functions().rest();
    engine_->database().rest();
}

void Tailrace::stop() {
    contents_.leave_lease();
    stop_functions();
    dispatcher_.stop();
    contents_.end_lease();
}

}  // namespace tailrace::server
