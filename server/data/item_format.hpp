#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/data/item_reader.hpp"

namespace tailrace::server {

/// The forms in which items are read and written.
enum class ItemFormat : std::uint8_t {
    /// Lines of {"Item": {"id": {"S": "1"}}}, as in an export to S3, or of the item alone; or one JSON array.
    dynamodb_json,
    /// Lines of {"id": "1"}, or one JSON array.
    json,
    csv,
    /// Lines of $ion_1_0 {Item:{id:"1"}}, as in an export to S3.
    ion,
    /// The --request-items of aws dynamodb batch-write-item.
    batch_write_item,
    /// The output of aws dynamodb scan or query.
    scan
};

/// Returns "dynamodb-json" and so on.
std::string_view name_of(ItemFormat format);
std::optional<ItemFormat> format_named(std::string_view name);
/// The formats that can be read, and those that can be written.
std::vector<std::string_view> read_formats();
std::vector<std::string_view> written_formats();

struct CsvOptions {
    char delimiter = ',';
    /// The names of the columns; empty if the first line has them.
    std::vector<std::string> header = {};
};

/// What is known about a text before it is read.
struct ReadingOptions {
    /// nullopt to find out from the name and the first bytes.
    std::optional<ItemFormat> format = {};
    /// Without the ending of a compressed file; may be empty.
    std::string file_name = {};
    std::string table_name = {};
    KeyTypes keys = {};
    CsvOptions csv = {};
    /// The option with which the user can give the format, such as "--format". If the format cannot be found
    /// out, the error message names this option. Empty if there is no such option.
    std::string_view format_option = {};
};

std::unique_ptr<ItemReader> make_item_reader(ReadingOptions options);

}  // namespace tailrace::server
