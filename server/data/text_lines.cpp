#include "server/data/text_lines.hpp"

namespace tailrace::server {

void TextLines::add(std::string_view text, const Take& take) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view part = text.substr(0, end);
        if (end == std::string_view::npos) return keep(part);
        if (begun_.empty() && !is_too_long_ && part.size() <= max_line_bytes_) {
            pass(part, take);
        } else {
            keep(part);
            pass(begun_, take);
            begun_.clear();
        }
        text.remove_prefix(end + 1);
    }
}

void TextLines::finish(const Take& take) {
    if (begun_.empty() && !is_too_long_) return;
    pass(begun_, take);
    begun_.clear();
}

void TextLines::keep(std::string_view part) {
    is_too_long_ = is_too_long_ || begun_.size() + part.size() > max_line_bytes_;
    if (is_too_long_) {
        begun_.clear();
    } else {
        begun_.append(part);
    }
}

void TextLines::pass(std::string_view text, const Take& take) {
    if (text.ends_with('\r')) text.remove_suffix(1);
    take({number_, text, is_too_long_});
    is_too_long_ = false;
    ++number_;
}

}  // namespace tailrace::server
