#pragma once

#include <optional>
#include <string>
#include <thread>

#include "server/front_door.hpp"
#include "server/harness/harness.hpp"
#include "server/http/http_server.hpp"
#include "server/lambda/event_source_mappings.hpp"
#include "server/process/log.hpp"
#include "server/process/time_to_live_sweeper.hpp"
#include "server/web/router.hpp"

namespace tailrace::harness {

/// The server in front of a harness: on a free port, on a thread of its own, until it is destroyed.
class ServedHarness {
  public:
    /// The harness outlives it.
    explicit ServedHarness(Harness& harness);
    ~ServedHarness();
    ServedHarness(const ServedHarness&) = delete;
    ServedHarness& operator=(const ServedHarness&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(http_.port()); }

  private:
    server::Log log_;
    server::TimeToLiveSweeper sweeper_;
    server::EventSourceMappings mappings_;
    server::Router router_;
    server::FrontDoor door_;
    server::HttpServer http_;
    std::thread thread_;
};

}  // namespace tailrace::harness
