#include "server/options/config_lines.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace tailrace::server {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// Reads a text in one pass.
class LineReader {
  public:
    explicit LineReader(std::string_view text) : text_(text) {}

    std::vector<ConfigLine> read() {
        while (true) {
            skip_blank_lines();
            if (at_end()) return std::move(lines_);
            read_line();
        }
    }

  private:
    [[noreturn]] void refuse(const std::string& message) const {
        const auto line = 1 + std::ranges::count(text_.substr(0, place_), '\n');
        throw std::invalid_argument("line " + std::to_string(line) + ": " + message);
    }

    bool at_end() const { return place_ == text_.size(); }
    char here() const { return text_[place_]; }
    bool is_at(std::string_view characters) const {
        return !at_end() && characters.find(here()) != std::string_view::npos;
    }
    void skip(std::string_view characters) {
        while (is_at(characters)) ++place_;
    }
    void skip_comment() {
        if (is_at("#")) place_ = std::min(text_.find('\n', place_), text_.size());
    }
    /// Skips blanks, line ends and comments.
    void skip_space() {
        for (std::size_t before = place_ + 1; before != place_;) {
            before = place_;
            skip(" \t\r\n");
            skip_comment();
        }
    }
    void skip_blank_lines() {
        skip_space();
        while (is_at(";")) {
            place_ = std::min(text_.find('\n', place_), text_.size());
            skip_space();
        }
    }

    void read_line() {
        if (is_at("[")) refuse("there are no sections");
        const std::size_t end = std::min(text_.find_first_of("=\n#", place_), text_.size());
        const std::string name(trimmed(text_.substr(place_, end - place_)));
        place_ = end;
        if (name.empty()) refuse("an option's name is missing");
        auto found = std::ranges::find(lines_, name, &ConfigLine::name);
        if (found == lines_.end()) found = lines_.insert(lines_.end(), ConfigLine{name, {}});
        if (!is_at("=")) {
            found->values.emplace_back("true");
            return;
        }
        ++place_;
        skip(blanks);
        if (is_at("[")) {
            read_list(found->values);
        } else if (is_at("\"'")) {
            found->values.push_back(quoted());
        } else {
            found->values.push_back(plain());
        }
        end_line();
    }

    void end_line() {
        skip(blanks);
        skip_comment();
        if (!at_end() && here() != '\n') refuse("nothing but a comment may follow a value");
    }

    void read_list(std::vector<std::string>& values) {
        ++place_;
        while (true) {
            skip_space();
            if (at_end()) refuse("a list does not end");
            if (is_at("]")) break;
            values.push_back(is_at("\"'") ? quoted() : list_word());
            skip_space();
            if (is_at(",")) {
                ++place_;
            } else if (!at_end() && !is_at("]")) {
                refuse("a comma or ] is missing in a list");
            }
        }
        ++place_;
    }

    std::string list_word() {
        const std::size_t end = std::min(text_.find_first_of(",]\n#", place_), text_.size());
        const std::string_view word = trimmed(text_.substr(place_, end - place_));
        if (word.empty()) refuse("a value is missing in a list");
        place_ = end;
        return std::string(word);
    }

    std::string quoted() {
        const char mark = here();
        std::string value;
        while (true) {
            ++place_;
            if (at_end() || here() == '\n') refuse("a quotation mark is not closed");
            if (here() == mark) break;
            const bool is_escaped = mark == '"' && here() == '\\' && place_ + 1 < text_.size() &&
                                    (text_[place_ + 1] == '"' || text_[place_ + 1] == '\\');
            if (is_escaped) ++place_;
            value.push_back(here());
        }
        ++place_;
        return value;
    }

    /// Returns the rest of the line, without a comment that follows a blank.
    std::string plain() {
        const std::size_t start = place_;
        while (!at_end() && here() != '\n') {
            if (here() == '#' &&
                (place_ == start || blanks.find(text_[place_ - 1]) != std::string_view::npos))
                break;
            ++place_;
        }
        return std::string(trimmed(text_.substr(start, place_ - start)));
    }

    std::string_view text_;
    std::size_t place_ = 0;
    std::vector<ConfigLine> lines_;
};

}  // namespace

std::vector<ConfigLine> read_config_lines(std::string_view text) {
    return LineReader(text).read();
}

}  // namespace tailrace::server
