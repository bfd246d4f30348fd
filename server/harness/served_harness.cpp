#include "server/harness/served_harness.hpp"

namespace tailrace::harness {

ServedHarness::ServedHarness(server::Tailrace& tailrace, const Clock& clock, const server::Log& log)
    : served_(tailrace, clock, log, {.http = {.port = 0}}) {
    tailrace.restore_mappings();
    served_.http().on_stop([this] {
        served_.begin_stop();
        served_.stop_functions();
    });
    thread_ = std::thread([this] { served_.http().run(); });
}

ServedHarness::~ServedHarness() {
    served_.http().stop();
    thread_.join();
}

}  // namespace tailrace::harness
