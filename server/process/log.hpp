#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/clock.hpp"

namespace tailrace::server {

/// In the order of how much is written: `error` writes least.
enum class LogLevel { error, warning, info, debug };

/// Returns "error", "warning", "info" or "debug".
std::string_view level_name(LogLevel level);
std::optional<LogLevel> parse_level(std::string_view name);

/// Writes lines for people to standard error, one write per line: "2026-01-31T12:00:00.123Z info  text".
/// The text may quote what clients and functions send, so control characters, bytes that are not UTF-8 and
/// credentials are kept out of a line.
/// May be called from any thread. If standard error is a pipe or a terminal that nobody reads, one line waits
/// for a second. The lines after it do not wait: they are dropped until there is room again, and then counted
/// in a line of their own.
class Log {
  public:
    /// The secrets are never written. Empty ones are ignored.
    Log(LogLevel level, const Clock& clock, std::vector<std::string> secrets = {})
        : level_(level), clock_(clock), secrets_(std::move(secrets)) {}

    bool writes(LogLevel level) const { return level <= level_; }
    /// Writes `text`, which is one line without its line end, if lines of this level are written.
    void write(LogLevel level, std::string_view text) const;

    /// Writes a line of another source, at every level: "2026-01-31T12:00:00.123Z SOURCE: text".
    void write_from(std::string_view source, std::string_view text) const;

    void error(std::string_view text) const { write(LogLevel::error, text); }
    void warning(std::string_view text) const { write(LogLevel::warning, text); }
    void info(std::string_view text) const { write(LogLevel::info, text); }
    void debug(std::string_view text) const { write(LogLevel::debug, text); }

    /// After this call no line waits for a reader.
    void stop_waiting() const { is_patient_ = false; }

  private:
    void write_line(std::string line) const;
    bool put(std::string_view text) const;
    bool wait_for_room() const;

    LogLevel level_;
    const Clock& clock_;
    std::vector<std::string> secrets_;
    mutable std::mutex mutex_;
    mutable std::uint64_t dropped_lines_ = 0;
    mutable std::atomic<bool> is_patient_ = true;
};

}  // namespace tailrace::server
