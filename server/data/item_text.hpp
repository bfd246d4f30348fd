#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/model/attribute_value.hpp"
#include "server/data/csv_items.hpp"
#include "server/data/item_format.hpp"

namespace tailrace::server {

/// Writes items in one of the written formats, a line each.
class ItemText {
  public:
    /// `columns` are those of CSV; the other formats do not need them.
    ItemText(ItemFormat format, std::vector<std::string> columns, char delimiter = ',')
        : format_(format), csv_(std::move(columns), delimiter) {}

    /// Appends what precedes the first item.
    void begin(std::string& out) const {
        if (format_ == ItemFormat::csv) csv_.append_header(out);
    }
    /// Throws DataFault if CSV has no column for an attribute.
    void append(std::string& out, const AttributeMap& item) const;

  private:
    ItemFormat format_;
    CsvItems csv_;
};

/// Appends {"Item":…} and a line end. `item_json` is an item in DynamoDB JSON.
void append_item_line(std::string& out, std::string_view item_json);

}  // namespace tailrace::server
