#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tailrace::server {

/// Returns a number with commas: "1,234,567".
std::string with_commas(std::uint64_t number);

/// Returns "1 item", "2 items", "1,000 items".
std::string counted(std::uint64_t number, std::string_view one);

/// Writes lines to standard error: refused lines as they are found, and below them how far a command is.
class Progress {
  public:
    /// Without `is_wanted` the progress is shown only on a terminal.
    explicit Progress(bool is_wanted);
    /// Removes the progress line.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Writes a line that stays.
    void write(std::string_view line);
    /// Shows how far the command is, at most a few times a second.
    void show(std::string_view text);

  private:
    void clear();

    const bool is_terminal_;
    const bool is_shown_;
    bool has_line_ = false;
    std::chrono::steady_clock::time_point next_ = {};
};

}  // namespace tailrace::server
