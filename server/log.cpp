#include "server/log.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "server/wire/shown_text.hpp"

namespace tailrace::server {
namespace {

constexpr std::array<std::string_view, 4> level_names = {"error", "warning", "info", "debug"};

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
    line = shown_line(without_credentials(std::move(line), secret_));
    line.push_back('\n');
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace tailrace::server
