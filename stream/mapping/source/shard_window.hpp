#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "stream/handler/event_batch.hpp"

namespace tailrace::stream {

/// The tumbling window of a shard: the period that its records come from, and the state that the function
/// passes from call to call. Windows begin at whole multiples of their length since 1970. A late record,
/// whose window has been closed already, belongs to the next one, so no window is closed twice. For one
/// thread at a time. Source: "Implementing stateful DynamoDB stream processing in Lambda".
class ShardWindow {
  public:
    static constexpr std::size_t max_state_bytes = 1024 * 1024;
    /// How late a record may be. In PostgreSQL records can be late, because a record has the time at which
    /// its write began, and a write may wait for others. A record that is even later was written after the
    /// clock had been set back.
    static constexpr std::chrono::seconds max_delay{60};

    explicit ShardWindow(std::chrono::seconds length) : length_(length) {}

    bool is_open() const { return start_.has_value(); }
    /// Opens the window that a record of that time belongs to, with an empty state.
    void open_for(Timestamp record_time);
    Timestamp end() const { return *start_ + length_; }
    /// The end of the window that a record of that time belongs to.
    Timestamp end_for(Timestamp record_time) const;

    /// Takes the state that a call returned. A state that is too large ends the window early.
    void take_state(std::string state_json);
    bool is_terminated_early() const { return is_terminated_early_; }
    void close();

    /// Returns the window as a call sees it.
    TumblingWindow describe(bool is_final) const;

    /// Returns null if there has been no window yet.
    boost::json::value checkpoint_json() const;
    void restore(const boost::json::value& checkpoint);

  private:
    Timestamp start_for(Timestamp record_time) const;

    const std::chrono::seconds length_;
    std::optional<Timestamp> start_;
    /// The end of the last window, unless that was closed early.
    std::optional<Timestamp> closed_until_;
    std::string state_json_ = "{}";
    bool is_terminated_early_ = false;
};

}  // namespace tailrace::stream
