#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/data/csv_text.hpp"
#include "server/data/item_format.hpp"
#include "server/data/item_reader.hpp"

namespace tailrace::server {

/// Reads items from CSV as ImportTable does: the first line has the names of the attributes unless they are
/// given, and every attribute that is not a key is a text. An empty cell means that the item does not have
/// the attribute; "" is an empty text. Source: "Amazon S3 import formats", CSV.
class CsvReader final : public ItemReader {
  public:
    CsvReader(CsvOptions options, KeyTypes keys);
    /// Throws DataFault if the header cannot be used.
    void read(std::string_view text, const TakeItem& take) override;
    void finish(const TakeItem& take) override;

  private:
    void take_record(const CsvRecords::Record& record, const TakeItem& take);
    void take_header(const CsvRecords::Record& record);
    AttributeMap item_of(const std::vector<CsvCell>& cells) const;

    const KeyTypes keys_;
    CsvRecords records_;
    std::vector<std::string> header_;
};

/// An item of the largest size cannot have more attributes.
inline constexpr std::size_t max_csv_columns = 100'000;

/// Throws DataFault if a name is empty or occurs twice.
void check_csv_header(const std::vector<std::string>& header);

/// Writes items as CSV with these columns. Numbers are written as they are, bytes in base64, and lists, maps
/// and sets as JSON.
class CsvItems {
  public:
    CsvItems(std::vector<std::string> columns, char delimiter)
        : columns_(std::move(columns)), delimiter_(delimiter) {}
    void append_header(std::string& out) const;
    /// Throws DataFault if the item has an attribute without a column.
    void append(std::string& out, const AttributeMap& item) const;

  private:
    std::vector<std::string> columns_;
    char delimiter_;
};

}  // namespace tailrace::server
