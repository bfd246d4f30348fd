#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace::server {

// CSV as in RFC 4180. A spreadsheet takes a cell that begins with = + - @, a tab or a carriage return for a
// formula, which may run programs. So such a cell is written with an apostrophe in front, as OWASP recommends
// ("CSV Injection"), and the apostrophe is removed when it is read. A cell that begins with apostrophes
// before such a character gets one more, so every text is read as it was written.

struct CsvCell {
    std::string text;
    bool is_quoted = false;
};

/// Divides a CSV text that arrives in pieces into records of cells.
class CsvRecords {
  public:
    struct Record {
        std::uint64_t line;
        const std::vector<CsvCell>& cells;
        /// Why the record cannot be read; empty if it can.
        std::string_view fault;
    };
    using Take = std::function<void(const Record&)>;

    explicit CsvRecords(char delimiter) : delimiter_(delimiter) {}

    void add(std::string_view text, const Take& take);
    void finish(const Take& take);

  private:
    enum class State : std::uint8_t { cell_begin, bare, quoted, quote_in_quoted, skipping };

    void add_character(char c, const Take& take);
    void end_cell();
    void end_record(const Take& take);
    void reset();
    void recover(const Take& take);
    void fail(std::string_view fault);

    const char delimiter_;
    State state_ = State::cell_begin;
    std::uint64_t line_ = 1;
    std::uint64_t record_line_ = 1;
    std::vector<CsvCell> cells_;
    CsvCell cell_;
    std::string_view fault_;
    /// The text of the record so far, to read its other lines again if a quote is not closed.
    std::string raw_;
    int recoveries_ = 0;
};

/// Appends a cell with quotes if it needs them, and with an apostrophe before a formula.
void append_csv_cell(std::string& out, std::string_view text, char delimiter);

/// Returns the text that append_csv_cell() was given, from the text of a cell.
std::string_view without_guard(std::string_view cell);

}  // namespace tailrace::server
