#include "server/data/csv_items.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/base64.hpp"
#include "engine/operation/bulk/put_items.hpp"
#include "server/data/plain_json.hpp"
#include "server/wire/shown_text.hpp"

namespace tailrace::server {
namespace {

bool is_empty_line(const std::vector<CsvCell>& cells) {
    return cells.size() == 1 && cells.front().text.empty() && !cells.front().is_quoted;
}

std::string cell_text(const AttributeValue& value) {
    if (const auto* text = value.get_if<std::string>()) return *text;
    if (const auto* number = value.get_if<Number>()) return number->text();
    std::string out;
    if (const auto* binary = value.get_if<Binary>()) {
        append_base64(out, binary->bytes);
    } else {
        append_plain_json(out, value);
    }
    return out;
}

}  // namespace

CsvReader::CsvReader(CsvOptions options, KeyTypes keys)
    : keys_(std::move(keys)), records_(options.delimiter), header_(std::move(options.header)) {
    check_csv_header(header_);
}

void CsvReader::read(std::string_view text, const TakeItem& take) {
    records_.add(text, [&](const CsvRecords::Record& record) { take_record(record, take); });
}

void CsvReader::finish(const TakeItem& take) {
    records_.finish([&](const CsvRecords::Record& record) { take_record(record, take); });
}

void CsvReader::take_record(const CsvRecords::Record& record, const TakeItem& take) {
    if (header_.empty()) return take_header(record);
    if (record.fault.empty() && is_empty_line(record.cells)) return;
    take(read_as_item(record.line, [&] {
        if (!record.fault.empty()) throw DataFault(std::string(record.fault));
        AttributeMap item = item_of(record.cells);
        operation::check_item_form(item);
        return item;
    }));
}

void CsvReader::take_header(const CsvRecords::Record& record) {
    const std::string line = "line " + std::to_string(record.line) + ": ";
    if (!record.fault.empty())
        throw DataFault(line + "the header cannot be read: " + std::string(record.fault));
    if (is_empty_line(record.cells)) throw DataFault(line + "there is no header with the attributes' names");
    std::vector<std::string> header;
    for (const CsvCell& cell : record.cells) header.emplace_back(without_guard(cell.text));
    check_csv_header(header);
    header_ = std::move(header);
}

AttributeMap CsvReader::item_of(const std::vector<CsvCell>& cells) const {
    if (cells.size() != header_.size()) {
        throw DataFault("the number of cells is " + std::to_string(cells.size()) + ", but the header has " +
                        std::to_string(header_.size()));
    }
    std::vector<AttributeMap::Entry> entries;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i].text.empty() && !cells[i].is_quoted) continue;
        if (!is_utf8(cells[i].text)) throw DataFault("the cell of " + header_[i] + " is not UTF-8");
        entries.emplace_back(header_[i], std::string(without_guard(cells[i].text)));
    }
    AttributeMap item(std::move(entries));
    take_key_types(item, keys_);
    return item;
}

void check_csv_header(const std::vector<std::string>& header) {
    if (header.size() > max_csv_columns) {
        throw DataFault("the header has more than " + std::to_string(max_csv_columns) + " columns");
    }
    std::set<std::string_view> names;
    for (const std::string& name : header) {
        if (!is_utf8(name)) throw DataFault("the header is not UTF-8");
        if (name.empty()) throw DataFault("a column of the header has no name");
        if (!names.insert(name).second) throw DataFault("the header has the column " + name + " twice");
    }
}

void CsvItems::append_header(std::string& out) const {
    for (const std::string& column : columns_) {
        if (&column != &columns_.front()) out.push_back(delimiter_);
        append_csv_cell(out, column, delimiter_);
    }
    out.push_back('\n');
}

void CsvItems::append(std::string& out, const AttributeMap& item) const {
    std::size_t written = 0;
    for (const std::string& column : columns_) {
        if (&column != &columns_.front()) out.push_back(delimiter_);
        const AttributeValue* value = item.find(column);
        if (value == nullptr) continue;
        append_csv_cell(out, cell_text(*value), delimiter_);
        ++written;
    }
    out.push_back('\n');
    if (written == item.size()) return;
    const auto extra = std::ranges::find_if(item, [this](const AttributeMap::Entry& entry) {
        return std::ranges::find(columns_, entry.first) == columns_.end();
    });
    throw DataFault("an item has the attribute " + extra->first + ", which has no column");
}

}  // namespace tailrace::server
