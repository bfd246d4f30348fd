#include "server/options/namespace_options.hpp"

#include <chrono>
#include <string>

#include "engine/model/ascii_case.hpp"
#include "engine/model/parse_number.hpp"
#include "server/options/option_choice.hpp"

namespace tailrace::server {
namespace {

/// One megabyte, in which a few empty tables fit.
constexpr std::uint64_t least_memory = 1U << 20U;

std::string check_size(const std::string& text) {
    const auto size = parse_size(text);
    if (!size) return "'" + text + "' is not a size such as 512MB";
    return *size < least_memory ? "'" + text + "' is less than 1MB" : "";
}

Isolation isolation_of(const std::string& text) {
    if (text == "access-key") return Isolation::access_key;
    if (text == "account") return Isolation::account;
    if (text == "region") return Isolation::region;
    return text.empty() ? Isolation::none : Isolation::account_and_region;
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
    constexpr std::size_t unit_length = 2;
    if (text.size() <= unit_length) return std::nullopt;
    const std::string unit = lower_case(text.substr(text.size() - unit_length));
    const auto number = parse_number<std::uint32_t>(text.substr(0, text.size() - unit_length));
    if (!number) return std::nullopt;
    if (unit == "kb") return std::uint64_t{*number} << 10U;
    if (unit == "mb") return std::uint64_t{*number} << 20U;
    if (unit == "gb") return std::uint64_t{*number} << 30U;
    return std::nullopt;
}

void add_namespace_options(CLI::App& app, RawOptions& raw) {
    add_choice(
        app, "--namespaces", raw.namespaces,
        "on-demand makes a namespace when a request creates something in it; explicit refuses requests "
        "to namespaces that POST /_tailrace/namespaces has not made")
        ->envname("TAILRACE_NAMESPACES")
        ->type_name("WHEN")
        ->capture_default_str();
    add_choice(app, "--isolate", raw.isolation,
               "Choose the namespace by the credentials of a request: by access-key, account, region or "
               "account,region")
        ->envname("TAILRACE_ISOLATE")
        ->type_name("BY");
    app.add_option("--max-namespaces", raw.options.namespaces.max_namespaces,
                   "Refuse to make more than this many namespaces, not counting the default one")
        ->envname("TAILRACE_MAX_NAMESPACES")
        ->capture_default_str()
        ->check(CLI::Range(0, 1'000'000));
    app.add_option("--namespace-idle", raw.namespace_idle_seconds,
                   "After this long without a request, a namespace gives up its connection, caches and "
                   "processes until its next request; 0 turns this off")
        ->envname("TAILRACE_NAMESPACE_IDLE")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(CLI::Range(0, 86400));
    app.add_option(
           "--max-memory", raw.options.max_memory_text,
           "Limit the memory of the tables in memory, of all namespaces and snapshots together, to a size "
           "such as 512MB; writes that would exceed it are refused")
        ->envname("TAILRACE_MAX_MEMORY")
        ->type_name("SIZE")
        ->check(CLI::Validator(check_size, ""));
}

void read_namespace_options(RawOptions& raw) {
    NamespacesOptions& namespaces = raw.options.namespaces;
    namespaces.are_explicit = raw.namespaces == "explicit";
    namespaces.isolation = isolation_of(raw.isolation);
    namespaces.idle_limit = std::chrono::seconds(raw.namespace_idle_seconds);
    raw.options.max_memory = parse_size(raw.options.max_memory_text);
}

}  // namespace tailrace::server
