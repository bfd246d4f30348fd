#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "engine/model/clock.hpp"
#include "engine/operation/engine.hpp"
#include "tests/inputs/sample_names.hpp"
#include "tests/inputs/sample_requests.hpp"

namespace tailrace::inputs {

/// Makes a new engine with SampleServer's tables for each request.
class SampleEngine {
  public:
    SampleEngine();

    /// True if the operation exists.
    bool knows(std::string_view operation) const;
    /// Fills in what only the engine knows, as SampleServer does.
    std::string filled_in(std::string text) const { return names_.filled_in(std::move(text)); }
    /// The answer, or the error's body.
    std::string answer(std::string_view operation, const boost::json::object& body) const;
    /// Sends the request with this body twice. Returns both answers, then all contents of the tables, one per
    /// line. Leaves out what always differs between two engines.
    std::string outcome(const SampleRequest& request, const boost::json::object& body) const;

  private:
    std::unique_ptr<Engine> another() const;

    ManualClock clock_{Timestamp(std::chrono::seconds(1769860800))};
    std::unique_ptr<Engine> engine_;
    SampleNames names_;
};

}  // namespace tailrace::inputs
