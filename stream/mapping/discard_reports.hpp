#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "engine/model/clock.hpp"
#include "stream/mapping/delivery.hpp"
#include "stream/mapping/failure_destination.hpp"
#include "stream/mapping/mapping_status.hpp"

namespace tailrace::stream {

/// Takes one line for people about something that went wrong. Called from several threads at once.
using WarningLog = std::function<void(const std::string& line)>;

/// Tells of the batches that a mapping gives up: a warning in the log for each, and the record that Lambda
/// sends for the mapping's destination. As with Lambda, a destination that cannot be reached does not hold up
/// the stream: that is a warning as well, and counted. Thread-safe.
class DiscardReports {
  public:
    /// The mapping at the moment.
    struct Subject {
        std::string id;
        std::string name;
        std::string function_arn;
        /// The destination's name, an ARN or a place, and what stands behind it, which may be nothing.
        std::string destination_name;
        std::shared_ptr<FailureDestination> destination;
    };

    /// The clock outlives it; the log may be empty.
    DiscardReports(const Clock& clock, WarningLog warn) : clock_(clock), warn_(std::move(warn)) {}

    /// `error` is what the function's last call came to.
    void tell(const Subject& subject, const Discard& discard, const std::string& error);
    DestinationStatus status() const;

  private:
    void deliver(const Subject& subject, const Discard& discard);
    void warn(const std::string& line) const;

    const Clock& clock_;
    const WarningLog warn_;
    mutable std::mutex mutex_;
    DestinationStatus status_;
};

}  // namespace tailrace::stream
