#include "engine/model/item_json.hpp"

#include "engine/model/attribute_json.hpp"
#include "engine/model/json_text.hpp"

namespace tailrace {
namespace {

/// Reads a value from its canonical JSON. The usual ones are keys, so texts and numbers come first.
AttributeValue value_of(std::string_view json) {
    const auto content = [json](AttributeType type) {
        const std::size_t opening = value_opening(type).size() + 1;
        return json.substr(opening, json.size() - opening - 2);
    };
    if (json.starts_with(value_opening(AttributeType::S)) && json.find('\\') == std::string_view::npos) {
        return std::string(content(AttributeType::S));
    }
    if (json.starts_with(value_opening(AttributeType::N))) return Number::parse(content(AttributeType::N));
    return parse_attribute_value(parse_json(json));
}

}  // namespace

std::optional<AttributeValue> ItemJson::find(std::string_view name) const {
    const std::string_view text = json;
    for (const Place& each : places) {
        if (text.substr(each.name, each.name_size) != name) continue;
        return value_of(text.substr(each.value, each.value_size));
    }
    return std::nullopt;
}

}  // namespace tailrace
