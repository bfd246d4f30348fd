#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/data/item_format.hpp"
#include "server/data/item_reader.hpp"
#include "server/data/json_elements.hpp"
#include "server/data/text_lines.hpp"

namespace tailrace::server {

/// How the items of a JSON text are written.
enum class JsonItemForm : std::uint8_t {
    /// As DynamoDB JSON if the first item is in that form, else as plain JSON.
    either,
    dynamodb_json,
    plain
};

/// Turns JSON texts into items.
class JsonItemParser {
  public:
    JsonItemParser(JsonItemForm form, KeyTypes keys) : form_(form), keys_(std::move(keys)) {}

    /// Reads the text of one item.
    ReadItem parse(std::uint64_t line, std::string_view text);
    /// Reads one write request, {"PutRequest": {"Item": {…}}}.
    static ReadItem parse_request(std::uint64_t line, std::string_view text);

  private:
    AttributeMap item_in(std::string_view text);

    JsonItemForm form_;
    const KeyTypes keys_;
};

/// Reads lines that each hold one item. Empty lines count, but hold nothing.
class JsonLineReader final : public ItemReader {
  public:
    explicit JsonLineReader(JsonItemParser parser) : parser_(std::move(parser)) {}
    void read(std::string_view text, const TakeItem& take) override;
    void finish(const TakeItem& take) override;

  private:
    void take_line(const TextLines::Line& line, const TakeItem& take);

    JsonItemParser parser_;
    TextLines lines_{max_item_text_bytes};
};

/// Reads items that may each extend over several lines.
class JsonElementReader final : public ItemReader {
  public:
    /// With the layout request_items, only the requests for the table of that name are read.
    JsonElementReader(JsonLayout layout, JsonItemParser parser, std::string table_name)
        : layout_(layout),
          parser_(std::move(parser)),
          table_name_(std::move(table_name)),
          elements_(layout) {}
    void read(std::string_view text, const TakeItem& take) override;
    void finish(const TakeItem& take) override;

  private:
    void take_element(const JsonElements::Element& element, const TakeItem& take);

    const JsonLayout layout_;
    JsonItemParser parser_;
    const std::string table_name_;
    JsonElements elements_;
};

}  // namespace tailrace::server
