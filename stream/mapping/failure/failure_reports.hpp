#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/model/clock.hpp"
#include "stream/mapping/delivery/delivery.hpp"
#include "stream/mapping/failure/destination_status.hpp"
#include "stream/mapping/failure/discarded_batches.hpp"
#include "stream/mapping/failure/failure_destination.hpp"

namespace tailrace::stream {

/// Receives one line, for people, about something that went wrong. Called from several threads at once.
using WarningLog = std::function<void(const std::string& line)>;

/// Reports what goes wrong with a mapping's batches. Each failed call that nothing else reports, and each
/// batch that is given up, gets one warning in the log. For a batch that is given up, Lambda's failure record
/// also goes to the mapping's destination. As with Lambda, a destination that cannot be reached does not hold
/// up the stream; the failure is logged as a warning and counted. Thread-safe.
class FailureReports {
  public:
    /// The mapping as it is now.
    struct Subject {
        std::string id;
        std::string name;
        std::string function_arn;
        /// The destination's name (an ARN, a URL or a file), and the destination itself. The latter is null
        /// if there is none or if the ARN has no stand-in.
        std::string destination_name;
        std::shared_ptr<FailureDestination> destination;
    };

    /// The clock must outlive this object. The log may be empty.
    FailureReports(const Clock& clock, WarningLog warn) : clock_(clock), warn_(std::move(warn)) {}

    /// `reason` says why the batch is given up. `dropped` is the batch that is no longer kept because of this
    /// one.
    void tell(const Subject& subject, const Discard& discard, const std::string& reason,
              const std::optional<DiscardedBatch>& dropped);
    /// Reports a call that failed. `next` is the delivery that follows it.
    void tell_failed_call(const Subject& subject, const Invocation& invocation, const Delivery& next);
    /// Reports a call of a redrive or a replay that failed.
    void tell_failed_resend(const Subject& subject, const Invocation& invocation);
    /// Reports that nothing stands in for the ARN that the mapping names as its destination.
    void tell_missing_stand_in(const Subject& subject);
    void warn(const std::string& line) const;
    DestinationStatus status() const;

  private:
    void deliver(const Subject& subject, const Discard& discard);

    const Clock& clock_;
    const WarningLog warn_;
    mutable std::mutex mutex_;
    DestinationStatus status_;
};

}  // namespace tailrace::stream
