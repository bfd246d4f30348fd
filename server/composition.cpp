#include "server/composition.hpp"

#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/operation/engine.hpp"
#include "engine/table/store.hpp"
#include "server/cognito/users_file.hpp"
#include "server/dynamodb_local/banner.hpp"
#include "server/http/http_server.hpp"
#include "server/process/database_file_watch.hpp"
#include "server/process/log.hpp"
#include "server/process/ready_file.hpp"
#include "server/process/start_pages.hpp"
#include "server/process/stop_deadline.hpp"
#include "server/process/version.hpp"
#include "server/served_tailrace.hpp"
#include "server/signature/key_pair.hpp"
#include "server/tailrace.hpp"
#include "server/template_watch.hpp"
#include "server/templates.hpp"
#include "server/tls/served_tls.hpp"
#include "server/web/access_policy.hpp"
#include "server/web/host_name.hpp"

namespace tailrace::server {
namespace {

EngineOptions engine_options(const Options& options) {
    EngineOptions engine;
    engine.account_id = options.account_id;
    engine.region = options.region;
    engine.shards = options.shards;
    engine.reads_beside = options.threads > 1;
    engine.table_delay = std::chrono::milliseconds(options.table_delay_ms);
    engine.transaction_duration = std::chrono::milliseconds(options.transaction_ms);
    engine.throttles = options.throttles;
    engine.limits_decreases = options.is_strict;
    return engine;
}

/// How often to check that the database file still exists.
constexpr std::chrono::seconds file_interval{5};

/// How often to look at the certificate of TLS.
constexpr std::chrono::minutes certificate_interval{1};

/// How often to check that the process that started this one still runs. When it ends, this process gets
/// another parent, on every system. Linux's own signal for this, PR_SET_PDEATHSIG, comes too early: when the
/// thread that started this process ends.
constexpr std::chrono::milliseconds parent_interval{250};

/// If signatures are checked, functions sign with the first key pair that is accepted. If not, any key will
/// do; if a token is required, that token is the access key.
stream::FunctionCredentials function_credentials(const Options& options, const std::vector<KeyPair>& keys) {
    stream::FunctionCredentials credentials;
    if (!keys.empty()) {
        const KeyPair& first = keys.front();
        return {.access_key_id = first.access_key_id,
                .secret_access_key = first.secret_access_key,
                .session_token = first.session_token,
                .are_required = true};
    }
    if (!options.access.admin_token.empty()) credentials.access_key_id = options.access.admin_token;
    return credentials;
}

/// Returns what the templates declare; null without --template.
std::unique_ptr<Templates> templates_of(const Options& options, const Log& log) {
    if (!options.templates.is_on()) return nullptr;
    return std::make_unique<Templates>(options.templates, TemplateScope{options.region, options.account_id},
                                       log);
}

TailraceOptions tailrace_options(const Options& options, const std::vector<KeyPair>& keys,
                                 ManualClock* movable_clock, const Log& log) {
    TailraceOptions tailrace;
    tailrace.engine = engine_options(options);
    tailrace.store_location = options.store_location;
    tailrace.durability = options.durability;
    if (options.max_memory) {
        tailrace.page_budget = std::make_shared<table::PageBudget>(
            *options.max_memory,
            "The tables in memory have reached the limit of --max-memory, " + options.max_memory_text + ".");
    }
    tailrace.destinations = options.destinations;
    tailrace.function_timeout = std::chrono::seconds(options.function_timeout_seconds);
    tailrace.function_processes = static_cast<std::size_t>(options.function_processes);
    tailrace.function_credentials = function_credentials(options, keys);
    if (options.allows_function_upload) tailrace.code_folders = std::make_shared<CodeFolders>(log);
    tailrace.time_to_live_interval = std::chrono::seconds(options.ttl_interval_seconds);
    if (options.agents_may_change) tailrace.tool_access = ToolAccess::everything;
    tailrace.caches = options.caches;
    tailrace.cache_token = options.cache_token;
    tailrace.movable_clock = movable_clock;
    tailrace.advises = options.advises;
    if (!options.users_file.empty()) {
        tailrace.add_users = [users = read_users_file(options.users_file), region = options.region](
                                 UserPools& pools) { add_missing(pools, users, region); };
    }
    return tailrace;
}

/// Returns "http://" or "https://".
std::string scheme_of(const Options& options) {
    return options.tls.is_on() ? "https://" : "http://";
}

/// The process that started this one. `found` is the id that the system gave at the start, and `given` the id
/// in the options, or 0.
struct Parent {
    ::pid_t found;
    ::pid_t given;

    bool has_ended() const {
        if (::getppid() != found) return true;
        return given != 0 && ::kill(given, 0) != 0 && errno == ESRCH;
    }
};

void watch_parent(HttpServer& http, Parent parent, const Log& log) {
    if (parent.found == 0) {
        log.warning(
            "--exit-with-parent has no effect: the process that started this one is outside of this "
            "container");
        return;
    }
    http.every(parent_interval, [&http, parent, &log] {
        if (!parent.has_ended()) return;
        log.info("stopping: the process that started this one has ended");
        http.stop();
    });
}

/// Tables get their seeds before functions are attached to their streams.
void put_seeds(Tailrace& tailrace, const Options& options, const Log& log) {
    if (options.seeds.empty()) return;
    std::optional<AttributeRules> rules;
    if (!options.rules_file.empty()) rules = AttributeRules::read(options.rules_file, options.rules_key);
    for (const Seed& each : options.seeds) {
        const auto counts = seed_table(tailrace.engine(), each.table, each.file, rules);
        if (!counts) {
            log.info("the table " + each.table + " has items, so its seed " + each.file + " is not used");
            continue;
        }
        for (const std::string& line : fault_lines(each.file, *counts)) log.warning(line);
    }
}

void attach(Tailrace& tailrace, const Options& options, Templates* templates) {
    for (const NamedFunction& each : options.functions) tailrace.functions().add(each.name, each.handler);
    if (templates != nullptr) templates->begin(tailrace);
    for (const OnStream& each : options.on_stream) tailrace.map(each);
    tailrace.restore_mappings();
}

/// Returns what the log must never show.
std::vector<std::string> secrets_of(const Options& options, const std::vector<KeyPair>& keys) {
    std::vector<std::string> secrets = {options.access.admin_token, options.cache_token, options.rules_key};
    for (const KeyPair& pair : keys) {
        secrets.push_back(pair.secret_access_key);
        secrets.push_back(pair.session_token);
    }
    return secrets;
}

/// Returns the warning for a server that other machines can reach, or an empty text if they can do nothing
/// there.
std::string reach_warning(const Options& options) {
    const AccessRules& access = options.access;
    if (!options.verify_signatures.empty()) {
        if (!access.has_admin || !access.admin_token.empty()) return {};
        return "listens on " + options.host +
               ", which other machines can reach: --verify-signatures does not protect /_tailrace, through "
               "which anyone there can read records and remove data; --admin-token or --no-admin closes it, "
               "--host 127.0.0.1 closes everything";
    }
    std::string text = "listens on " + options.host +
                       ", which other machines can reach: anyone there can read and change all tables";
    if (!access.has_admin || !access.admin_token.empty()) {
        return text.append("; --host 127.0.0.1 keeps others out");
    }
    return text.append(
        ", and can call functions, change mappings and read their records through /_tailrace and Lambda's "
        "API; --admin-token or --no-admin closes /_tailrace and Lambda's API, --host 127.0.0.1 closes "
        "everything");
}

/// Logs which options have no effect, and what other machines can do.
void warn_of(const Options& options, const Log& log) {
    if (options.durability == table::Durability::full && options.store_location.in_memory()) {
        log.warning("--durability full has no effect on tables in memory");
    }
    if (!options.cache_token.empty() && options.caches.caches.empty()) {
        log.warning("--cache-token has no effect without --cache");
    }
    if (const std::string text = reach_warning(options); !is_loopback(options.host) && !text.empty()) {
        log.warning(text);
    }
}

/// Returns the allowed origins in the form of DynamoDB Local's -cors.
std::string shown_cors(const AccessRules& access) {
    if (access.has_cors) return "*";
    std::string shown;
    for (const std::string& origin : access.cors_origins)
        shown.append(shown.empty() ? "" : ",").append(origin);
    return shown;
}

/// Returns "Tailrace 0.1.0 listens on http://127.0.0.1:8000 and http://[::1]:8000 (in memory)". If the server
/// stands in for DynamoDB Local, that program's lines come first. `authority_text`, the line about this
/// server's CA, comes next; it may be empty.
std::string ready_text(const Options& options, const HttpServer& http, const std::string& authority_text) {
    std::string text;
    if (options.as_dynamodb_local) {
        text = local_banner({.port = http.port(),
                             .store_location = options.store_location,
                             .delays_transient_statuses = options.table_delay_ms > 0,
                             .cors = shown_cors(options.access)});
    }
    text.append(authority_text).append("Tailrace ").append(version()).append(" listens on ");
    for (const std::string& host : http.hosts()) {
        if (&host != &http.hosts().front()) text.append(" and ");
        text.append(scheme_of(options)).append(host).append(":").append(std::to_string(http.port()));
    }
    return text.append(" (").append(options.store_location.shown()).append(")\n");
}

/// The server raises its limit of open files to this number, or to what the system allows if that is less. A
/// client takes one file, and a namespace in a file takes two.
constexpr ::rlim_t max_open_files = 65536;

void allow_many_files() {
    ::rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= max_open_files) return;
    limit.rlim_cur = std::min(limit.rlim_max, max_open_files);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

void serve(const Options& options) {
    const ::pid_t parent = ::getppid();
    // The server continues if the reader of its log or of its standard output goes away.
    std::signal(SIGPIPE, SIG_IGN);
    // It also continues if a file reaches its size limit. Writing to the file then fails with an error.
    std::signal(SIGXFSZ, SIG_IGN);
    allow_many_files();
    const SystemClock system_clock;
    std::optional<ManualClock> manual_clock;
    if (options.manual_clock) manual_clock.emplace(*options.manual_clock);
    const Clock& clock = manual_clock ? static_cast<const Clock&>(*manual_clock) : system_clock;
    const std::vector<KeyPair> keys = read_key_pairs(options.verify_signatures);
    const Log log(options.log_level, clock, secrets_of(options, keys));
    for (const std::string& note : options.notes) log.info(note);
    ReadyFile port_file("--port-file", options.port_file);
    ReadyFile ready_file("--ready-file", options.ready_file);
    // A client judges a certificate by the machine's clock.
    std::optional<ServedTls> tls;
    if (options.tls.is_on()) tls.emplace(options.tls, system_clock, log);

    StopDeadline deadline(log, std::chrono::seconds(options.shutdown_timeout_seconds));
    const std::unique_ptr<Templates> templates = templates_of(options, log);
    TailraceOptions of_home = tailrace_options(options, keys, manual_clock ? &*manual_clock : nullptr, log);
    if (templates != nullptr) {
        of_home.add_tables = [&templates](Engine& engine) { templates->add_tables(engine); };
    }
    Tailrace tailrace(std::move(of_home), clock, log);
    DatabaseFileWatch file_watch(options.store_location.file().value_or(""), log);

    // Functions need the port's number, so the port is taken first. Requests wait until http.run().
    TlsAcceptor* const acceptor = tls ? &tls->acceptor() : nullptr;
    ServedTailrace served(tailrace, clock, log, served_options(options, keys, acceptor));
    HttpServer& http = served.http();
    tailrace.contents().begin();
    put_seeds(tailrace, options, log);
    attach(tailrace, options, templates.get());

    warn_of(options, log);
    port_file.write(std::to_string(http.port()) + "\n");
    ready_file.write(scheme_of(options) + served.own_address() + "\n");
    release_start_pages();
    std::fputs(ready_text(options, http, tls ? tls->authority_text() : "").c_str(), stdout);
    if (templates != nullptr) std::fputs((templates->summary() + "\n").c_str(), stdout);
    std::fflush(stdout);
    if (options.store_location.file()) http.every(file_interval, [&] { file_watch.look(); });
    if (tls) http.every(certificate_interval, [&] { tls->refresh(); });
    if (options.exits_with_parent) watch_parent(http, {parent, options.parent_id}, log);
    http.on_stop([&] {
        ready_file.remove();
        port_file.remove();
        served.begin_stop();
        deadline.begin({[&] { served.stop_functions(); }, [&] { return served.under_way(); }});
    });
    std::optional<TemplateWatch> watch;
    if (options.templates.watches) watch.emplace(*templates, tailrace);
    http.run();
    watch.reset();
    served.stop();
    deadline.now_at("an invocation of type Event, or the database");
}

}  // namespace tailrace::server
