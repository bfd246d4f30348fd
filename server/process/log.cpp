#include "server/process/log.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "server/wire/shown_text.hpp"

namespace tailrace::server {
namespace {

constexpr std::array<std::string_view, 4> level_names = {"error", "warning", "info", "debug"};

/// How long the first line waits for a reader.
constexpr int patience_ms = 1000;

}  // namespace

std::string_view level_name(LogLevel level) {
    return level_names[static_cast<std::size_t>(level)];
}

std::optional<LogLevel> parse_level(std::string_view name) {
    const auto found = std::find(level_names.begin(), level_names.end(), name);
    if (found == level_names.end()) return std::nullopt;
    return static_cast<LogLevel>(found - level_names.begin());
}

void Log::write(LogLevel level, std::string_view text) const {
    if (!writes(level)) return;
    constexpr std::size_t level_width = 8;
    std::string line = iso_time(clock_.now());
    line.append(" ").append(level_name(level));
    line.append(level_width - level_name(level).size(), ' ').append(text);
    write_line(std::move(line));
}

void Log::write_from(std::string_view source, std::string_view text) const {
    write_line(iso_time(clock_.now()).append(" ").append(source).append(": ").append(text));
}

void Log::write_line(std::string line) const {
    for (const std::string& secret : secrets_) line = without_credentials(std::move(line), secret);
    line = shown_line(std::move(line));
    line.push_back('\n');
    const std::lock_guard lock(mutex_);
    if (dropped_lines_ > 0 && wait_for_room()) {
        const std::string count = std::to_string(dropped_lines_);
        if (put(iso_time(clock_.now()) + " warning " + count +
                " lines of the log were dropped because nobody read them\n")) {
            dropped_lines_ = 0;
        }
    }
    if (dropped_lines_ > 0 || !put(line)) ++dropped_lines_;
}

/// Writes in pieces that a pipe with room accepts without blocking. Returns false if there is no room.
bool Log::put(std::string_view text) const {
    while (!text.empty()) {
        if (!wait_for_room()) return false;
        const ssize_t size =
            ::write(STDERR_FILENO, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
        // If the reader has gone, no lines are kept for it.
        if (size < 0 && errno != EINTR && errno != EAGAIN) return true;
        if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

bool Log::wait_for_room() const {
    pollfd output{STDERR_FILENO, POLLOUT, 0};
    const bool waits = is_patient_ && dropped_lines_ == 0;
    return ::poll(&output, 1, waits ? patience_ms : 0) > 0;
}

}  // namespace tailrace::server
