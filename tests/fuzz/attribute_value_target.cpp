#include <boost/json.hpp>

#include "engine/model/attribute_json.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/model/item_json_reader.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/model/same_item.hpp"

namespace tailrace::fuzz {
namespace {

namespace json = boost::json;

json::value read_json(std::string_view text, json::error_code& error) {
    json::parse_options options;
    options.max_depth = 128;
    return json::parse(text, error, {}, options);
}

void check(const AttributeValue& value) {
    std::string text;
    append_json(text, value);
    json::error_code error;
    const json::value written = read_json(text, error);
    require(!error, "a value is written as JSON");
    const AttributeValue again = parse_attribute_value(written);
    require(again == value, "a value reads back from its JSON");
    std::string same;
    append_json(same, again);
    require(same == text, "a value has one text");
    require(again.size_bytes() == value.size_bytes(), "a value has one size");

    const AttributeMap item = {{"name", value}};
    require(parse_stored_item(to_json(item)) == item, "an item reads back from how it is stored");
    require(to_json_object(item).at("name") == written, "a JSON tree and a JSON text are equal");
}

/// An item that is read separately from the JSON of its request has no fault, and is the same as in the JSON.
void check_read_apart(std::string_view input) {
    const std::string text = "{\"name\":" + std::string(input) + "}";
    std::size_t at = 0;
    const std::optional<ItemJson> item = ItemJsonReader(text).read(at);
    if (!item) return;
    json::error_code error;
    const json::value in_json = read_json(text.substr(0, at), error);
    require(!error, "an item that is read separately is JSON");
    require(tests::difference(*item, in_json.as_object()).empty(),
            "an item is the same if it is read separately");
}

}  // namespace

/// The JSON of one attribute value.
bool run_attribute_value(std::string_view input) {
    check_read_apart(input);
    json::error_code error;
    const json::value value = read_json(input, error);
    if (error) return false;
    try {
        check(parse_attribute_value(value));
    } catch (const ApiError& refusal) {
        require_answerable(refusal);
        return false;
    }
    return true;
}

}  // namespace tailrace::fuzz
