#pragma once

#include <string>
#include <thread>

#include "engine/model/clock.hpp"
#include "server/process/log.hpp"
#include "server/served_tailrace.hpp"
#include "server/tailrace.hpp"

namespace tailrace::harness {

/// The server in front of a harness. It runs on a free port and a thread of its own until it is destroyed.
class ServedHarness {
  public:
    /// All arguments must outlive this object. Starts the mappings that the database keeps.
    ServedHarness(server::Tailrace& tailrace, const Clock& clock, const server::Log& log);
    /// Ends the calls of functions and answers the requests that wait for them.
    ~ServedHarness();
    ServedHarness(const ServedHarness&) = delete;
    ServedHarness& operator=(const ServedHarness&) = delete;

    std::string url() const { return "http://" + served_.own_address(); }

  private:
    server::ServedTailrace served_;
    std::thread thread_;
};

}  // namespace tailrace::harness
