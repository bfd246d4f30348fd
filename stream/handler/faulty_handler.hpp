#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/operation/faults/fault_script.hpp"
#include "stream/handler/handler.hpp"

namespace tailrace::stream {

/// The operation of those rules in a fault script that apply to calls of functions.
inline constexpr const char* function_call = "FunctionCall";

/// Passes calls on to a function, which may be replaced meanwhile. A call that meets a scripted fault fails
/// as the script says.
class FaultyHandler final : public Handler {
  public:
    /// The script must outlive the handler. `timeout` is the time limit that the error of a timed-out call
    /// names.
    FaultyHandler(std::shared_ptr<Handler> handler, const operation::FaultScript& script,
                  std::string function_name, std::chrono::milliseconds timeout)
        : handler_(std::move(handler)),
          timeout_(timeout),
          script_(script),
          function_name_(std::move(function_name)) {}

    HandlerResult handle(const EventBatch& batch) override;
    HandlerResult invoke(std::string_view event_json) override;
    void stop(StopReason reason) noexcept override;
    void rest() noexcept override { current()->rest(); }

    /// Directs later calls to another function. The calls under way end with the old function, which lives
    /// until they have ended. Returns the old function, whose destructor may wait for its processes.
    std::shared_ptr<Handler> replace(std::shared_ptr<Handler> handler, std::chrono::milliseconds timeout);

  private:
    std::shared_ptr<Handler> current() const;
    /// Returns null if the call meets no fault.
    std::shared_ptr<const operation::FaultRule> meet(std::string_view table_name) const;
    HandlerResult failure(const operation::CallFault& fault) const;

    mutable std::mutex mutex_;
    std::shared_ptr<Handler> handler_;
    /// Those that were replaced and still have calls under way.
    std::vector<std::weak_ptr<Handler>> replaced_;
    std::chrono::milliseconds timeout_;
    /// Null until it is stopped.
    StopReason stop_reason_ = nullptr;
    const operation::FaultScript& script_;
    const std::string function_name_;
};

}  // namespace tailrace::stream
