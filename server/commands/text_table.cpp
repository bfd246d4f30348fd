#include "server/commands/text_table.hpp"

#include <algorithm>
#include <cstddef>

#include "server/wire/shown_text.hpp"

namespace tailrace::server {
namespace {

/// Counts the characters of a UTF-8 text. Each begins with a byte that is not of the form 10xxxxxx.
std::size_t width_of(const std::string& text) {
    constexpr unsigned char first_two_bits = 0xc0;
    constexpr unsigned char of_a_later_byte = 0x80;
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & first_two_bits) != of_a_later_byte; }));
}

}  // namespace

std::string text_table(const std::vector<std::vector<std::string>>& rows) {
    constexpr std::size_t between = 2;
    std::vector<std::vector<std::string>> shown = rows;
    std::vector<std::size_t> widths(rows.empty() ? 0 : rows.front().size());
    for (std::vector<std::string>& row : shown) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = shown_line(std::move(row[i]));
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    }
    std::string text;
    for (const std::vector<std::string>& row : shown) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            line.append(row[i]).append(widths[i] - width_of(row[i]) + between, ' ');
        line.resize(line.find_last_not_of(' ') + 1);
        text.append(line).push_back('\n');
    }
    return text;
}

}  // namespace tailrace::server
