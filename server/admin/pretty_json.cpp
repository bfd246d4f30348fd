#include "server/admin/pretty_json.hpp"

#include <boost/json.hpp>
#include <cstddef>

#include "engine/model/json_text.hpp"
#include "engine/model/json_writer.hpp"
#include "server/wire/shown_text.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::size_t blanks_per_level = 2;

void begin_line(std::string& text, std::size_t level) {
    text.append(1, '\n').append(level * blanks_per_level, ' ');
}

void append(std::string& text, const json::value& value, std::size_t level) {
    const json::object* object = value.if_object();
    const json::array* array = value.if_array();
    const bool is_empty = (object == nullptr || object->empty()) && (array == nullptr || array->empty());
    if (is_empty) {
        append_json(text, value);
        return;
    }
    text.push_back(object != nullptr ? '{' : '[');
    const char* separator = "";
    if (object != nullptr) {
        for (const json::key_value_pair& member : *object) {
            text.append(separator);
            begin_line(text, level + 1);
            append_json_string(text, {member.key().data(), member.key().size()});
            text.append(": ");
            append(text, member.value(), level + 1);
            separator = ",";
        }
    } else {
        for (const json::value& element : *array) {
            text.append(separator);
            begin_line(text, level + 1);
            append(text, element, level + 1);
            separator = ",";
        }
    }
    begin_line(text, level);
    text.push_back(object != nullptr ? '}' : ']');
}

}  // namespace

std::string pretty_json(std::string_view json_text) {
    json::error_code error;
    const json::value value = parse_json(json_text, error);
    if (error) return std::string(json_text);
    std::string text;
    append(text, value, 0);
    return escaped_json(text + "\n");
}

}  // namespace tailrace::server
