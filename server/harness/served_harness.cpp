#include "server/harness/served_harness.hpp"

namespace tailrace::harness {
namespace {

server::HttpServerOptions on_a_free_port() {
    server::HttpServerOptions options;
    options.port = 0;
    return options;
}

}  // namespace

ServedHarness::ServedHarness(server::Tailrace& tailrace, const Clock& clock, const server::Log& log)
    : door_(tailrace.engine(), router_, log), http_(on_a_free_port(), door_, clock, log) {
    tailrace.functions().set_endpoint(url());
    tailrace.restore_mappings();
    tailrace.add_endpoints(router_);
    http_.on_stop([&tailrace] {
        tailrace.begin_stop();
        tailrace.stop_functions();
    });
    thread_ = std::thread([this] { http_.run(); });
}

ServedHarness::~ServedHarness() {
    http_.stop();
    thread_.join();
}

}  // namespace tailrace::harness
