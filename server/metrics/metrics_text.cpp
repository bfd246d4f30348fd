#include "server/metrics/metrics_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace tailrace::server {
namespace {

std::string_view name_of(MetricType type) {
    switch (type) {
        case MetricType::counter:
            return "counter";
        case MetricType::gauge:
            return "gauge";
        case MetricType::summary:
            break;
    }
    return "summary";
}

/// Quotes mean something only in the values of labels.
void append_escaped(std::string& text, std::string_view value, bool is_in_quotes) {
    for (const char c : value) {
        if (c == '\n') {
            text.append("\\n");
            continue;
        }
        if (c == '\\' || (is_in_quotes && c == '"')) text.push_back('\\');
        text.push_back(c);
    }
}

/// Writes a whole number with all its digits, as people expect of a count.
void append_number(std::string& text, double value) {
    constexpr double exact_below = 9007199254740992;
    constexpr std::size_t longest = 32;
    std::array<char, longest> digits{};
    const bool is_whole = std::abs(value) < exact_below && std::trunc(value) == value;
    const auto end = is_whole ? std::to_chars(digits.data(), digits.data() + digits.size(),
                                              static_cast<std::int64_t>(value))
                              : std::to_chars(digits.data(), digits.data() + digits.size(), value);
    text.append(digits.data(), end.ptr);
}

}  // namespace

void MetricsText::begin(std::string_view name, MetricType type, std::string_view help) {
    name_ = name;
    text_.append("# HELP ").append(name).append(" ");
    append_escaped(text_, help, false);
    text_.append("\n# TYPE ").append(name).append(" ").append(name_of(type)).append("\n");
}

void MetricsText::add(std::string_view suffix, Labels labels, double value) {
    text_.append(name_).append(suffix);
    char before = '{';
    for (const auto& [name, text] : labels) {
        text_.push_back(before);
        text_.append(name).append("=\"");
        append_escaped(text_, text, true);
        text_.push_back('"');
        before = ',';
    }
    if (labels.size() > 0) text_.push_back('}');
    text_.push_back(' ');
    append_number(text_, value);
    text_.push_back('\n');
}

}  // namespace tailrace::server
