#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "engine/operation/faults/fault_script.hpp"
#include "stream/handler/handler.hpp"

namespace tailrace::stream {

/// The operation of those rules in a fault script that apply to calls of functions.
inline constexpr const char* function_call = "FunctionCall";

/// Passes calls on to a function. A call that meets a scripted fault fails as the script says.
class FaultyHandler final : public Handler {
  public:
    /// The script must outlive the handler. `timeout` is the time limit that the error of a timed-out call
    /// names.
    FaultyHandler(std::shared_ptr<Handler> handler, const operation::FaultScript& script,
                  std::string function_name, std::chrono::milliseconds timeout)
        : handler_(std::move(handler)),
          script_(script),
          function_name_(std::move(function_name)),
          timeout_(timeout) {}

    HandlerResult handle(const EventBatch& batch) override;
    HandlerResult invoke(std::string_view event_json) override;
    void stop(StopReason reason) noexcept override { handler_->stop(reason); }
    void rest() noexcept override { handler_->rest(); }

  private:
    /// Returns null if the call meets no fault.
    std::shared_ptr<const operation::FaultRule> meet(std::string_view table_name) const;
    HandlerResult failure(const operation::CallFault& fault) const;

    std::shared_ptr<Handler> handler_;
    const operation::FaultScript& script_;
    const std::string function_name_;
    const std::chrono::milliseconds timeout_;
};

}  // namespace tailrace::stream
