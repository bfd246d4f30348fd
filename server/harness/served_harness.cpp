#include "server/harness/served_harness.hpp"

#include "server/admin/admin_mount.hpp"
#include "server/admin/clock_endpoints.hpp"
#include "server/admin/mapping_endpoints.hpp"
#include "server/admin/server_endpoints.hpp"
#include "server/admin/shard_endpoints.hpp"
#include "server/admin/stream_endpoints.hpp"
#include "server/admin/time_to_live_endpoints.hpp"
#include "server/lambda/lambda_mount.hpp"
#include "server/lambda/mapping_endpoints.hpp"

namespace tailrace::harness {
namespace {

server::HttpServerOptions on_a_free_port() {
    server::HttpServerOptions options;
    options.port = 0;
    return options;
}

}  // namespace

ServedHarness::ServedHarness(Harness& harness)
    : log_(server::LogLevel::warning, harness.clock()),
      sweeper_(harness.engine(), log_, std::chrono::seconds(0)),
      mappings_({harness.engine(), harness.functions(), harness.mappings()}),
      door_(harness.engine(), router_, log_),
      http_(on_a_free_port(), door_, harness.clock(), log_) {
    server::Mount& admin = mount_admin(router_);
    add_server_endpoints(admin, harness.clock());
    add_clock_endpoints(admin, harness.clock(), &harness.clock());
    add_stream_endpoints(admin, harness.mappings());
    add_mapping_endpoints(admin, harness.mappings(), [this] { return mappings_.resting(); });
    add_shard_endpoints(admin, harness.engine());
    add_time_to_live_endpoints(admin, sweeper_);
    add_mapping_endpoints(mount_lambda(router_), mappings_);
    mappings_.restore();
    thread_ = std::thread([this] { http_.run(); });
}

ServedHarness::~ServedHarness() {
    http_.stop();
    thread_.join();
}

}  // namespace tailrace::harness
