#include "server/data/json_items.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/json_text.hpp"
#include "engine/operation/bulk/put_items.hpp"
#include "server/data/plain_json.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

std::string too_long_text() {
    return "the item's text has more than " + std::to_string(max_item_text_bytes) + " bytes";
}

/// Returns {"S": "1"} and the like as true.
bool is_typed_value(const json::value& value) {
    const json::object* object = value.if_object();
    return object != nullptr && object->size() == 1 && attribute_type_named(object->begin()->key());
}

/// Returns true if an object is an item in DynamoDB JSON: {"Item": {…}} or {"id": {"S": "1"}}.
bool is_dynamodb_json(const json::object& object) {
    for (const std::string_view name : {"Item", "NewImage"}) {
        const json::value* member = object.if_contains(name);
        if (member == nullptr || !member->is_object() || is_typed_value(*member)) continue;
        return is_dynamodb_json(member->get_object());
    }
    if (object.contains("Metadata") && object.contains("Keys")) return true;
    return !object.empty() &&
           std::ranges::all_of(object, [](const auto& member) { return is_typed_value(member.value()); });
}

/// Returns "column 14", or "line 2, column 14" if the text has several lines.
std::string place_of_fault(std::string_view text) {
    const std::string place = place_of_json_fault(text);
    constexpr std::string_view only_line = "line 1, ";
    const bool has_lines = text.find('\n') != std::string_view::npos;
    return has_lines ? place + " of its text" : place.substr(only_line.size());
}

json::object object_in(std::string_view text, const json::storage_ptr& memory) {
    json::error_code error;
    json::parse_options options;
    options.max_depth = max_json_depth;
    json::value value = json::parse(text, error, memory, options);
    if (error) throw DataFault(error.message() + " at " + place_of_fault(text));
    if (!value.is_object()) throw DataFault("an item is a JSON object");
    return std::move(value.get_object());
}

/// Returns the item in a line of an export, or the object itself if it is an item. The lines of an
/// incremental export have images in place of Item.
json::value typed_item_in(json::object& object) {
    for (const std::string_view name : {"Item", "NewImage"}) {
        json::value* member = object.if_contains(name);
        if (member != nullptr && member->is_object() && !is_typed_value(*member)) return std::move(*member);
    }
    const json::value* metadata = object.if_contains("Metadata");
    if (metadata != nullptr && object.contains("Keys") && !is_typed_value(*metadata))
        throw DataFault("the record removes an item, but an import only adds items");
    return std::move(object);
}

}  // namespace

AttributeMap JsonItemParser::item_in(std::string_view text) {
    if (form_ != JsonItemForm::plain) {
        json::monotonic_resource memory;
        json::object object = object_in(text, &memory);
        if (form_ == JsonItemForm::either) {
            form_ = is_dynamodb_json(object) ? JsonItemForm::dynamodb_json : JsonItemForm::plain;
        }
        if (form_ == JsonItemForm::dynamodb_json) return operation::read_item(typed_item_in(object));
    }
    AttributeMap item = read_plain_json(text);
    take_key_types(item, keys_);
    operation::check_item_form(item);
    return item;
}

ReadItem JsonItemParser::parse(std::uint64_t line, std::string_view text) {
    return read_as_item(line, [&] { return item_in(text); });
}

ReadItem JsonItemParser::parse_request(std::uint64_t line, std::string_view text) {
    return read_as_item(line, [&] {
        json::monotonic_resource memory;
        json::object object = object_in(text, &memory);
        if (object.contains("DeleteRequest"))
            throw DataFault("a DeleteRequest removes an item, but an import only adds items");
        json::value* put = object.if_contains("PutRequest");
        json::value* item =
            put != nullptr && put->is_object() ? put->get_object().if_contains("Item") : nullptr;
        if (item == nullptr) throw DataFault("a request has the form {\"PutRequest\": {\"Item\": {…}}}");
        return operation::read_item(std::move(*item));
    });
}

void JsonLineReader::read(std::string_view text, const TakeItem& take) {
    lines_.add(text, [&](const TextLines::Line& line) { take_line(line, take); });
}

void JsonLineReader::finish(const TakeItem& take) {
    lines_.finish([&](const TextLines::Line& line) { take_line(line, take); });
}

void JsonLineReader::take_line(const TextLines::Line& line, const TakeItem& take) {
    if (line.is_too_long) return take({.line = line.number, .fault = too_long_text()});
    if (line.text.find_first_not_of(" \t\r") == std::string_view::npos) return;
    take(parser_.parse(line.number, line.text));
}

void JsonElementReader::read(std::string_view text, const TakeItem& take) {
    elements_.add(text, [&](const JsonElements::Element& element) { take_element(element, take); });
}

void JsonElementReader::finish(const TakeItem& take) {
    elements_.finish([&](const JsonElements::Element& element) { take_element(element, take); });
}

void JsonElementReader::take_element(const JsonElements::Element& element, const TakeItem& take) {
    if (element.is_too_long) return take({.line = element.line, .fault = too_long_text()});
    if (layout_ != JsonLayout::request_items) return take(parser_.parse(element.line, element.text));
    if (element.array_name == table_name_)
        return take(JsonItemParser::parse_request(element.line, element.text));
    take({.line = element.line,
          .fault = "the request is for the table " + std::string(element.array_name) + ", not for " +
                   table_name_});
}

}  // namespace tailrace::server
