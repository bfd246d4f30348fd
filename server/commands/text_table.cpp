#include "server/commands/text_table.hpp"

#include <algorithm>
#include <cstddef>

#include "engine/model/utf8.hpp"
#include "server/wire/shown_text.hpp"

namespace tailrace::server {

std::string text_table(const std::vector<std::vector<std::string>>& rows) {
    constexpr std::size_t between = 2;
    std::vector<std::vector<std::string>> shown = rows;
    std::vector<std::size_t> widths(rows.empty() ? 0 : rows.front().size());
    for (std::vector<std::string>& row : shown) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = shown_line(std::move(row[i]));
            widths[i] = std::max(widths[i], character_count(row[i]));
        }
    }
    std::string text;
    for (const std::vector<std::string>& row : shown) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            line.append(row[i]).append(widths[i] - character_count(row[i]) + between, ' ');
        line.resize(line.find_last_not_of(' ') + 1);
        text.append(line).push_back('\n');
    }
    return text;
}

}  // namespace tailrace::server
