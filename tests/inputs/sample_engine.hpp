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

/// Engines with the tables of SampleServer, each new for the request that it is asked.
class SampleEngine {
  public:
    SampleEngine();

    /// Whether there is such an operation.
    bool knows(std::string_view operation) const;
    /// The text with what only the engine knows in its place, as SampleServer fills it in.
    std::string filled_in(std::string text) const { return names_.filled_in(std::move(text)); }
    /// The answer, or the error's body.
    std::string answer(std::string_view operation, const boost::json::object& body) const;
    /// The answer to the request with another body, the answer to the same once more, and all that is shown
    /// of the tables after it, in lines. What two engines never have in common is left out.
    std::string outcome(const SampleRequest& request, const boost::json::object& body) const;

  private:
    std::unique_ptr<Engine> another() const;

    ManualClock clock_{Timestamp(std::chrono::seconds(1769860800))};
    std::unique_ptr<Engine> engine_;
    SampleNames names_;
};

}  // namespace tailrace::inputs
