#pragma once

#include <string>
#include <thread>

#include "engine/model/clock.hpp"
#include "server/http/http_server.hpp"
#include "server/namespace_door.hpp"
#include "server/process/log.hpp"
#include "server/tailrace.hpp"
#include "server/web/router.hpp"

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

    std::string url() const { return "http://127.0.0.1:" + std::to_string(http_.port()); }

  private:
    server::Router router_;
    server::NamespaceDoor door_;
    server::HttpServer http_;
    std::thread thread_;
};

}  // namespace tailrace::harness
