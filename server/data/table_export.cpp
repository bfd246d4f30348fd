#include "server/data/table_export.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/model/base64.hpp"
#include "engine/operation/bulk/read_items.hpp"
#include "server/data/item_text.hpp"
#include "server/data/json_elements.hpp"

namespace tailrace::server {
namespace {

/// The place after a key, as a text that needs no escapes in a URL.
std::string page_after(const AttributeMap& key) {
    std::string page;
    append_base64(page, to_json(key));
    std::ranges::replace(page, '+', '-');
    std::ranges::replace(page, '/', '_');
    page.erase(page.find_last_not_of('=') + 1);
    return page;
}

std::optional<AttributeMap> key_before(std::string_view page) {
    if (page.empty()) return std::nullopt;
    const auto text = decode_base64_url(page);
    try {
        if (text) return parse_stored_item(*text);
    } catch (const std::exception&) {
        // The text is not a key in JSON.
    }
    throw DataFault("page must be empty, or the value of an answer's X-Tailrace-Next-Page");
}

using TakeItemJson = std::function<void(std::string_view item_json)>;

void visit(const operation::ItemPage& page, const TakeItemJson& take) {
    JsonElements elements(JsonLayout::array);
    const auto take_element = [&](const JsonElements::Element& element) { take(element.text); };
    for (const std::string_view text :
         {std::string_view("["), std::string_view(page.items_json), std::string_view("]")}) {
        elements.add(text, take_element);
    }
}

/// Calls `take` for every item of a table until it returns false.
bool visit_table(Engine& engine, std::string_view table_name,
                 const std::function<bool(const AttributeMap&)>& take) {
    std::optional<AttributeMap> after;
    bool continues = true;
    do {
        operation::ItemPage page = operation::read_items(engine, table_name, after);
        visit(page, [&](std::string_view json) { continues = continues && take(parse_stored_item(json)); });
        after = std::move(page.last_key);
    } while (after && continues);
    return continues;
}

std::vector<std::string> csv_columns(Engine& engine, std::string_view table_name) {
    std::vector<std::string> keys;
    for (const table::KeyAttribute& each : operation::keys_of_table(engine, table_name).all) {
        keys.push_back(each.name);
    }
    CsvColumns columns(std::move(keys));
    visit_table(engine, table_name, [&](const AttributeMap& item) {
        columns.add(item);
        return true;
    });
    return columns.take();
}

}  // namespace

ExportPart export_part(Engine& engine, std::string_view table_name, std::string_view page,
                       std::size_t max_bytes) {
    ExportPart part;
    std::optional<AttributeMap> after = key_before(page);
    do {
        operation::ItemPage items = operation::read_items(engine, table_name, after);
        visit(items, [&](std::string_view json) { append_item_line(part.text, json); });
        after = std::move(items.last_key);
    } while (after && part.text.size() < max_bytes);
    if (after) part.next = page_after(*after);
    return part;
}

std::optional<std::string> export_table(Engine& engine, std::string_view table_name, ItemFormat format,
                                        std::size_t max_bytes) {
    const ItemText text(
        format, format == ItemFormat::csv ? csv_columns(engine, table_name) : std::vector<std::string>());
    std::string out;
    text.begin(out);
    const bool is_complete = visit_table(engine, table_name, [&](const AttributeMap& item) {
        text.append(out, item);
        return out.size() <= max_bytes;
    });
    return is_complete ? std::optional(std::move(out)) : std::nullopt;
}

void CsvColumns::add(const AttributeMap& item) {
    for (const auto& [name, value] : item) {
        if (others_.contains(name) || std::ranges::find(columns_, name) != columns_.end()) continue;
        if (others_.size() == max_csv_columns) throw DataFault("the items have too many attributes for CSV");
        others_.insert(name);
    }
}

std::vector<std::string> CsvColumns::take() {
    columns_.insert(columns_.end(), others_.begin(), others_.end());
    return std::move(columns_);
}

}  // namespace tailrace::server
