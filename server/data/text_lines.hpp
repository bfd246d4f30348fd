#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tailrace::server {

/// Divides a text that arrives in pieces into lines, which end with LF or CRLF.
class TextLines {
  public:
    struct Line {
        std::uint64_t number;
        /// Without the line end. Empty if the line is too long.
        std::string_view text;
        bool is_too_long = false;
    };
    using Take = std::function<void(const Line&)>;

    explicit TextLines(std::size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

    void add(std::string_view text, const Take& take);
    /// Passes on the last line if it has no line end.
    void finish(const Take& take);

  private:
    void keep(std::string_view part);
    void pass(std::string_view text, const Take& take);

    const std::size_t max_line_bytes_;
    /// The beginning of a line whose end has not arrived.
    std::string begun_;
    bool is_too_long_ = false;
    std::uint64_t number_ = 1;
};

}  // namespace tailrace::server
