#include "server/data/item_format.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/operation/bulk/put_items.hpp"
#include "server/data/csv_items.hpp"
#include "server/data/ion_text.hpp"
#include "server/data/json_items.hpp"

namespace tailrace::server {
namespace {

struct NamedFormat {
    ItemFormat format;
    std::string_view name;
    bool is_written;
};

constexpr std::array<NamedFormat, 6> formats = {{
    {ItemFormat::dynamodb_json, "dynamodb-json", true},
    {ItemFormat::json, "json", true},
    {ItemFormat::csv, "csv", true},
    {ItemFormat::ion, "ion", true},
    {ItemFormat::batch_write_item, "batch-write-item", false},
    {ItemFormat::scan, "scan", false},
}};

/// Spreadsheets and editors of Windows write it.
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
/// Enough of a text to see its form.
constexpr std::size_t max_looked_at_bytes = 64UL * 1024;

class IonLineReader final : public ItemReader {
  public:
    void read(std::string_view text, const TakeItem& take) override {
        lines_.add(text, [&](const TextLines::Line& line) { take_line(line, take); });
    }
    void finish(const TakeItem& take) override {
        lines_.finish([&](const TextLines::Line& line) { take_line(line, take); });
    }

  private:
    static void take_line(const TextLines::Line& line, const TakeItem& take) {
        const bool is_blank = line.text.find_first_not_of(" \t\r") == std::string_view::npos;
        if (!line.is_too_long && (is_blank || line.text == "$ion_1_0")) return;
        take(read_as_item(line.number, [&] {
            if (line.is_too_long) throw DataFault("the line is too long");
            AttributeMap item = read_ion_item(line.text);
            operation::check_item_form(item);
            return item;
        }));
    }

    TextLines lines_{max_item_text_bytes};
};

/// Reads the tokens at the beginning of a JSON text.
class JsonBeginning {
  public:
    explicit JsonBeginning(std::string_view text) : rest_(text) {}

    /// Returns the next bracket, comma, colon or quoted text without its quotes; empty at anything else.
    std::string_view next() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
        if (rest_.empty()) return {};
        std::size_t size = 1;
        if (rest_.front() == '"') {
            const std::size_t end = rest_.find('"', 1);
            if (end == std::string_view::npos) return {};
            size = end + 1;
        }
        const std::string_view token = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return size == 1 ? token : token.substr(1, size - 2);
    }

  private:
    std::string_view rest_;
};

/// Returns the layout of a JSON text that begins with an object.
JsonLayout layout_of_object(std::string_view text) {
    JsonBeginning beginning(text);
    beginning.next();
    const std::string_view name = beginning.next();
    if (name == "Count" || name == "ScannedCount" || name == "$metadata") return JsonLayout::items;
    beginning.next();
    const std::string_view value = beginning.next();
    if (name == "RequestItems" && value == "{") return JsonLayout::request_items;
    if (value != "[") return JsonLayout::values;
    if (name == "Items") return JsonLayout::items;
    const bool is_object = beginning.next() == "{";
    const std::string_view request = beginning.next();
    const bool is_request = request == "PutRequest" || request == "DeleteRequest";
    return is_object && is_request ? JsonLayout::request_items : JsonLayout::values;
}

/// Returns true if each line of a text is an item. If not, its first line ends with an open bracket.
bool has_line_items(std::string_view text) {
    std::string_view line = text.substr(0, text.find('\n'));
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    return !line.ends_with('{') && !line.ends_with('[') && !line.ends_with(',');
}

class JsonReaders {
  public:
    explicit JsonReaders(const ReadingOptions& options) : options_(options) {}

    std::unique_ptr<ItemReader> lines(JsonItemForm form) const {
        return std::make_unique<JsonLineReader>(JsonItemParser(form, options_.keys));
    }
    std::unique_ptr<ItemReader> elements(JsonLayout layout, JsonItemForm form) const {
        return std::make_unique<JsonElementReader>(layout, JsonItemParser(form, options_.keys),
                                                   options_.table_name);
    }
    /// Reads a JSON array, values that extend over several lines each, or one value on each line.
    std::unique_ptr<ItemReader> items(std::string_view text, JsonItemForm form) const {
        if (text.starts_with('[')) return elements(JsonLayout::array, form);
        return has_line_items(text) ? lines(form) : elements(JsonLayout::values, form);
    }

  private:
    const ReadingOptions& options_;
};

/// Waits for the beginning of the text, and chooses the reader by it.
class ChoosingReader final : public ItemReader {
  public:
    explicit ChoosingReader(ReadingOptions options) : options_(std::move(options)) {}

    void read(std::string_view text, const TakeItem& take) override {
        if (chosen_ != nullptr) return chosen_->read(text, take);
        // A large piece is read where it is.
        if (beginning_.empty() && text.size() >= max_looked_at_bytes) return begin_with(text, take);
        beginning_.append(text);
        if (beginning_.size() >= max_looked_at_bytes) begin_with(std::exchange(beginning_, {}), take);
    }
    void finish(const TakeItem& take) override {
        if (chosen_ == nullptr) begin_with(beginning_, take);
        chosen_->finish(take);
    }

  private:
    void begin_with(std::string_view text, const TakeItem& take) {
        if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
        const std::string_view content =
            text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
        chosen_ = options_.format ? reader_of(*options_.format, content) : detected(content);
        chosen_->read(text, take);
    }

    std::unique_ptr<ItemReader> reader_of(ItemFormat format, std::string_view text) const {
        const JsonReaders json(options_);
        switch (format) {
            case ItemFormat::dynamodb_json:
                return json.items(text, JsonItemForm::dynamodb_json);
            case ItemFormat::json:
                return json.items(text, JsonItemForm::plain);
            case ItemFormat::batch_write_item:
                return json.elements(JsonLayout::request_items, JsonItemForm::dynamodb_json);
            case ItemFormat::scan:
                return json.elements(JsonLayout::items, JsonItemForm::either);
            case ItemFormat::ion:
                return std::make_unique<IonLineReader>();
            case ItemFormat::csv:
                break;
        }
        return std::make_unique<CsvReader>(options_.csv, options_.keys);
    }

    std::unique_ptr<ItemReader> detected(std::string_view text) const {
        const JsonReaders json(options_);
        if (options_.file_name.ends_with(".csv")) return reader_of(ItemFormat::csv, text);
        if (options_.file_name.ends_with(".ion") || text.starts_with("$ion_1_0"))
            return reader_of(ItemFormat::ion, text);
        if (text.empty()) return json.lines(JsonItemForm::either);
        if (text.starts_with('{')) {
            const JsonLayout layout = layout_of_object(text);
            if (layout != JsonLayout::values) return json.elements(layout, JsonItemForm::either);
        } else if (!text.starts_with('[')) {
            throw DataFault(unknown_format());
        }
        return json.items(text, JsonItemForm::either);
    }

    std::string unknown_format() const {
        std::string fault = "the format cannot be determined from the name or the first bytes";
        if (!options_.format_option.empty()) fault.append("; give ").append(options_.format_option);
        return fault;
    }

    const ReadingOptions options_;
    std::string beginning_;
    std::unique_ptr<ItemReader> chosen_;
};

}  // namespace

std::string_view name_of(ItemFormat format) {
    return std::ranges::find(formats, format, &NamedFormat::format)->name;
}

std::optional<ItemFormat> format_named(std::string_view name) {
    const auto found = std::ranges::find(formats, name, &NamedFormat::name);
    return found == formats.end() ? std::nullopt : std::optional(found->format);
}

std::vector<std::string_view> read_formats() {
    std::vector<std::string_view> names(formats.size());
    std::ranges::transform(formats, names.begin(), &NamedFormat::name);
    return names;
}

std::vector<std::string_view> written_formats() {
    std::vector<std::string_view> names;
    for (const NamedFormat& each : formats) {
        if (each.is_written) names.push_back(each.name);
    }
    return names;
}

std::unique_ptr<ItemReader> make_item_reader(ReadingOptions options) {
    return std::make_unique<ChoosingReader>(std::move(options));
}

}  // namespace tailrace::server
