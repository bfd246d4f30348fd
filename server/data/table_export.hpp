#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/attribute_value.hpp"
#include "engine/operation/engine.hpp"
#include "server/data/item_format.hpp"

namespace tailrace::server {

/// Some of a table's items as text.
struct ExportPart {
    std::string text;
    /// The parameter of the next part; nullopt at the end of the table.
    std::optional<std::string> next;
};

/// Writes about `max_bytes` of a table's items as lines of {"Item": …}, from the beginning if `page` is
/// empty, else from where ExportPart::next says. Throws ApiError::resource_not_found, and DataFault if `page`
/// is not one.
ExportPart export_part(Engine& engine, std::string_view table_name, std::string_view page,
                       std::size_t max_bytes);

/// Writes all of a table's items. Returns nullopt if the text would have more than `max_bytes`. Throws
/// ApiError::resource_not_found, and DataFault if the table gets an attribute without a column meanwhile.
std::optional<std::string> export_table(Engine& engine, std::string_view table_name, ItemFormat format,
                                        std::size_t max_bytes);

/// Collects the columns of a CSV text: the key attributes of the table, then the others by name.
class CsvColumns {
  public:
    explicit CsvColumns(std::vector<std::string> keys) : columns_(std::move(keys)) {}
    /// Throws DataFault if there are too many.
    void add(const AttributeMap& item);
    std::vector<std::string> take();

  private:
    std::vector<std::string> columns_;
    std::set<std::string, std::less<>> others_;
};

}  // namespace tailrace::server
