#include "server/data/csv_options.hpp"

#include "server/data/csv_items.hpp"

namespace tailrace::server {

char csv_delimiter(std::string_view text) {
    constexpr std::string_view marks = ",;:|\t ";
    if (text == "tab") return '\t';
    if (text == "space") return ' ';
    if (text.size() == 1 && marks.find(text.front()) != std::string_view::npos) return text.front();
    throw DataFault("a delimiter is one of , ; : | tab and space; it is '" + std::string(text) + "'");
}

std::vector<std::string> csv_header(std::string_view line, char delimiter) {
    std::vector<std::string> header;
    const auto take = [&](const CsvRecords::Record& record) {
        if (!record.fault.empty()) throw DataFault("the header cannot be read: " + std::string(record.fault));
        for (const CsvCell& cell : record.cells) header.push_back(cell.text);
    };
    CsvRecords records(delimiter);
    records.add(line.substr(0, line.find('\n')), take);
    records.finish(take);
    check_csv_header(header);
    if (header.empty()) throw DataFault("the header has no names");
    return header;
}

}  // namespace tailrace::server
