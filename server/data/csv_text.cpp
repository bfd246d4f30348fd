#include "server/data/csv_text.hpp"

#include <utility>

#include "server/data/item_reader.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view formula_beginnings = "=+-@\t\r";

/// How many times the lines after an open quote are read again. Each time may take max_item_text_bytes.
constexpr int max_recoveries = 16;

/// Returns true if the text is a formula after any number of apostrophes.
bool is_guarded(std::string_view text) {
    const std::size_t begin = text.find_first_not_of('\'');
    return begin != std::string_view::npos && formula_beginnings.find(text[begin]) != std::string_view::npos;
}

}  // namespace

void CsvRecords::add(std::string_view text, const Take& take) {
    for (const char c : text) add_character(c, take);
}

void CsvRecords::add_character(char c, const Take& take) {
    if (state_ == State::quoted && raw_.size() == max_item_text_bytes) recover(take);
    if (c == '\n') ++line_;
    const bool is_end = c == '\n' && state_ != State::quoted;
    if (!is_end && raw_.size() == max_item_text_bytes) fail("the line is too long");
    if (!is_end && fault_.empty()) raw_.push_back(c);
    switch (state_) {
        case State::cell_begin:
            if (c == '"') {
                cell_.is_quoted = true;
                state_ = State::quoted;
                return;
            }
            state_ = State::bare;
            [[fallthrough]];
        case State::bare:
            if (c == delimiter_) return end_cell();
            if (is_end) return end_record(take);
            cell_.text.push_back(c);
            return;
        case State::quoted:
            if (c == '"') {
                state_ = State::quote_in_quoted;
            } else {
                cell_.text.push_back(c);
            }
            return;
        case State::quote_in_quoted:
            if (c == '"') {
                cell_.text.push_back(c);
                state_ = State::quoted;
                return;
            }
            if (c == delimiter_) return end_cell();
            if (is_end) return end_record(take);
            if (c == '\r') return;
            return fail("after the closing quote of a cell there is more text");
        case State::skipping:
            if (is_end) end_record(take);
            return;
    }
}

void CsvRecords::finish(const Take& take) {
    // The lines that recover() reads again may end within a quote, too.
    while (state_ == State::quoted) recover(take);
    const bool is_empty = state_ == State::cell_begin && cells_.empty() && fault_.empty();
    if (!is_empty) end_record(take);
}

void CsvRecords::end_cell() {
    cells_.push_back(std::exchange(cell_, {}));
    state_ = State::cell_begin;
}

void CsvRecords::end_record(const Take& take) {
    if (!cell_.is_quoted && cell_.text.ends_with('\r')) cell_.text.pop_back();
    end_cell();
    take({record_line_, cells_, fault_});
    reset();
}

void CsvRecords::reset() {
    cells_.clear();
    cell_ = {};
    raw_.clear();
    fault_ = {};
    state_ = State::cell_begin;
    record_line_ = line_;
}

/// A quote has no end: refuses the line where the record begins, and reads the lines after it again.
void CsvRecords::recover(const Take& take) {
    const std::string raw = std::exchange(raw_, {});
    const std::uint64_t line = record_line_;
    take({line, {}, "a quote is opened and never closed"});
    if (++recoveries_ > max_recoveries) {
        throw DataFault("line " + std::to_string(line) +
                        ": too many quotes are opened and never closed, so nothing after this can be read");
    }
    line_ = line + 1;
    reset();
    const std::size_t end = raw.find('\n');
    if (end != std::string::npos) add(std::string_view(raw).substr(end + 1), take);
}

void CsvRecords::fail(std::string_view fault) {
    fault_ = fault;
    cells_.clear();
    cell_ = {};
    state_ = State::skipping;
}

void append_csv_cell(std::string& out, std::string_view text, char delimiter) {
    const bool needs_quotes = text.empty() || text.find(delimiter) != std::string_view::npos ||
                              text.find_first_of("\"\r\n") != std::string_view::npos;
    const bool needs_guard = is_guarded(text);
    if (!needs_quotes) {
        out.append(needs_guard ? "'" : "").append(text);
        return;
    }
    out.append(needs_guard ? "\"'" : "\"");
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    out.push_back('"');
}

std::string_view without_guard(std::string_view cell) {
    return cell.starts_with('\'') && is_guarded(cell) ? cell.substr(1) : cell;
}

}  // namespace tailrace::server
