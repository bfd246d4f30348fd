#include "server/served_tailrace.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include "server/options/options.hpp"
#include "server/signature/signature_verifier.hpp"

namespace tailrace::server {
namespace {

/// The largest request with a function's code. Source: Lambda's message for larger ones.
constexpr std::uint64_t max_upload_bytes = 70'167'211;

HttpServerOptions http_options(const Options& options) {
    HttpServerOptions http;
    http.host = options.host;
    http.port = options.port;
    http.threads = options.threads;
    http.idle_timeout = std::chrono::seconds(options.idle_timeout_seconds);
    http.body_memory_bytes = static_cast<std::uint64_t>(options.body_memory_megabytes) * 1024 * 1024;
    if (options.allows_function_upload) {
        http.max_function_bytes = std::min<std::uint64_t>(http.body_memory_bytes, max_upload_bytes);
    }
    http.reaps_orphans = ::getpid() == 1;
    http.stop_patience = std::chrono::seconds(std::max(options.shutdown_timeout_seconds / 2, 1));
    return http;
}

/// If regions have namespaces of their own, a request may be for any region.
std::shared_ptr<const SignatureVerifier> verifier_of(const Options& options, std::vector<KeyPair> keys) {
    if (keys.empty()) return nullptr;
    const Isolation isolation = options.namespaces.isolation;
    const bool has_all_regions = isolation == Isolation::region || isolation == Isolation::account_and_region;
    return std::make_shared<SignatureVerifier>(std::move(keys), has_all_regions ? "" : options.region);
}

}  // namespace

ServedOptions served_options(const Options& options, std::vector<KeyPair> keys, TlsAcceptor* tls) {
    ServedOptions served{.http = http_options(options),
                         .door = {.access = options.access,
                                  .as_dynamodb_local = options.as_dynamodb_local,
                                  .gives_hints = options.gives_hints,
                                  .signatures = verifier_of(options, std::move(keys))},
                         .namespaces = options.namespaces};
    served.http.tls = tls;
    return served;
}

ServedTailrace::ServedTailrace(Tailrace& home, const Clock& clock, const Log& log, ServedOptions options)
    : home_(home),
      door_(home, log, std::move(options.door), options.namespaces),
      http_(options.http, door_, clock, log) {
    // Without TLS, because functions do not know this server's CA.
    door_.namespaces().set_endpoint("http://" + own_address());
}

template <typename Work>
void ServedTailrace::for_each_tailrace(Work work) {
    work(home_);
    for (const auto& each : door_.namespaces().running()) work(each->tailrace());
}

std::string ServedTailrace::own_address() const {
    std::string host = http_.hosts().front();
    if (host == "0.0.0.0") host = "127.0.0.1";
    if (host == "[::]") host = "[::1]";
    return host + ":" + std::to_string(http_.port());
}

void ServedTailrace::begin_stop() {
    for_each_tailrace([](Tailrace& each) { each.begin_stop(); });
}

void ServedTailrace::stop_functions() {
    for_each_tailrace([](Tailrace& each) { each.stop_functions(); });
}

std::vector<std::string> ServedTailrace::under_way() {
    std::vector<std::string> names = http_.requests_under_way();
    for_each_tailrace([&names](Tailrace& each) {
        for (const std::string& mapping : each.dispatcher().calls_under_way()) {
            names.push_back("the function of the event source mapping " + mapping);
        }
    });
    return names;
}

/// The other Tailrace objects use threads of the home one, so the home one stops last.
void ServedTailrace::stop() {
    for (const auto& each : door_.namespaces().running()) each->tailrace().stop();
    home_.stop();
}

}  // namespace tailrace::server
