#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "engine/model/clock.hpp"

namespace tailrace::operation {

/// What happens to a connection instead of an answer.
enum class ConnectionFault : std::uint8_t {
    none,
    /// The connection is closed, and the request is not carried out.
    closed_before_work,
    /// The request is carried out, and the connection is closed.
    closed_after_work,
    /// The connection is closed after the first half of the answer.
    closed_in_answer
};

/// What a scripted fault does to the answer of a request on its way to the client.
struct AnswerFault {
    /// How long the answer waits before it is sent; on `clock`, or in real time if that is null.
    std::chrono::milliseconds delay{0};
    const Clock* clock = nullptr;
    /// The owner of the clock. If it is destroyed, the wait ends. nullopt if the clock outlives every answer.
    std::optional<std::weak_ptr<const void>> clock_owner = {};
    ConnectionFault connection = ConnectionFault::none;
    /// How long it takes to send the answer, in real time.
    std::chrono::milliseconds duration{0};
    /// True to send the checksum of another body.
    bool has_wrong_checksum = false;
    /// The value of the header x-amz-retry-after.
    std::optional<std::chrono::milliseconds> retry_after = {};

    /// Returns true if no answer arrives.
    bool loses_answer() const { return connection != ConnectionFault::none; }
    /// Returns true if the fault does anything.
    bool has_effect() const {
        return loses_answer() || delay.count() > 0 || duration.count() > 0 || has_wrong_checksum ||
               retry_after.has_value();
    }
};

}  // namespace tailrace::operation
