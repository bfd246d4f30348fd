#include "server/harness/served_harness.hpp"

#include "server/namespace_endpoints.hpp"

namespace tailrace::harness {
namespace {

server::HttpServerOptions on_a_free_port() {
    server::HttpServerOptions options;
    options.port = 0;
    return options;
}

server::NamespacesOptions options_of(const server::Tailrace& tailrace) {
    server::NamespacesOptions options;
    options.start = tailrace.options().movable_clock->now();
    return options;
}

}  // namespace

ServedHarness::ServedHarness(server::Tailrace& tailrace, const Clock& clock, const server::Log& log)
    : door_(tailrace, router_, log, options_of(tailrace)), http_(on_a_free_port(), door_, clock, log) {
    tailrace.functions().set_endpoint(url());
    door_.namespaces().set_endpoint(url());
    tailrace.restore_mappings();
    server::add_namespace_endpoints(tailrace.add_endpoints(router_), door_.namespaces());
    http_.on_stop([&tailrace, this] {
        tailrace.begin_stop();
        tailrace.stop_functions();
        for (const auto& each : door_.namespaces().running()) {
            each->tailrace().begin_stop();
            each->tailrace().stop_functions();
        }
    });
    thread_ = std::thread([this] { http_.run(); });
}

ServedHarness::~ServedHarness() {
    http_.stop();
    thread_.join();
}

}  // namespace tailrace::harness
