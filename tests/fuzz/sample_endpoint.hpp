#pragma once

#include <string>
#include <string_view>

#include "engine/model/clock.hpp"
#include "engine/operation/engine.hpp"
#include "server/front_door.hpp"
#include "server/process/log.hpp"
#include "server/web/router.hpp"

namespace tailrace::fuzz {

/// An endpoint for one input, called without a socket. It has the table "things" with the key pk (S), sk (N)
/// and two items. The index "by_g" is global on gk (S), sk and projects all attributes; "by_l" is local on lk
/// (B) and projects its keys.
class SampleEndpoint {
  public:
    SampleEndpoint();

    /// Sends a signed request with this X-Amz-Target. Checks the answer with require_answerable(), and
    /// returns its status.
    int post(std::string_view target, std::string_view body);
    Engine& engine() { return engine_; }

  private:
    ManualClock clock_{Timestamp(std::chrono::seconds(1769860800))};
    server::Log log_{server::LogLevel::error, clock_};
    Engine engine_;
    server::Router router_;
    server::FrontDoor door_{engine_, router_, log_};
};

}  // namespace tailrace::fuzz
