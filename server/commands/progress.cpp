#include "server/commands/progress.hpp"

#include <unistd.h>

#include <cstdio>

#include "server/wire/shown_text.hpp"

namespace tailrace::server {
namespace {

constexpr std::chrono::milliseconds progress_interval{250};

}  // namespace

std::string with_commas(std::uint64_t number) {
    constexpr std::size_t together = 3;
    std::string text = std::to_string(number);
    for (std::size_t place = text.size(); place > together;) {
        place -= together;
        text.insert(place, ",");
    }
    return text;
}

std::string counted(std::uint64_t number, std::string_view one) {
    return with_commas(number).append(" ").append(one).append(number == 1 ? "" : "s");
}

Progress::Progress(bool is_wanted)
    : is_terminal_(::isatty(STDERR_FILENO) == 1), is_shown_(is_wanted || is_terminal_) {}

Progress::~Progress() {
    clear();
}

void Progress::write(std::string_view line) {
    clear();
    std::fprintf(stderr, "%s\n", shown_line(std::string(line)).c_str());
}

void Progress::show(std::string_view text) {
    const auto now = std::chrono::steady_clock::now();
    if (!is_shown_ || now < next_) return;
    next_ = now + progress_interval;
    clear();
    std::fprintf(stderr, "%s%s", shown_line(std::string(text)).c_str(), is_terminal_ ? "" : "\n");
    std::fflush(stderr);
    has_line_ = is_terminal_;
}

void Progress::clear() {
    // The control sequence erases the line of a terminal.
    if (has_line_) std::fputs("\r\033[K", stderr);
    has_line_ = false;
}

}  // namespace tailrace::server
