#include "engine/validation/value_text.hpp"

#include <algorithm>

#include "engine/model/attribute_json.hpp"
#include "engine/model/request.hpp"

namespace tailrace::validation {
namespace {

namespace json = boost::json;

void append(std::string& out, const Shape& shape, const json::value& value);

void append_separated(std::string& out, bool& first) {
    if (!first) out.append(", ");
    first = false;
}

void append_list(std::string& out, const Shape& shape, const json::array& list) {
    out.push_back('[');
    bool first = true;
    for (const json::value& each : list) {
        append_separated(out, first);
        append(out, *shape.element, each);
    }
    out.push_back(']');
}

void append_map(std::string& out, const Shape& shape, const json::object& map) {
    out.push_back('{');
    bool first = true;
    for (const auto& entry : map) {
        append_separated(out, first);
        out.append(std::string_view(entry.key())).push_back('=');
        append(out, *shape.element, entry.value());
    }
    out.push_back('}');
}

void append_member(std::string& out, const Member& member, const json::object& structure) {
    out.append(lower_first(member.name)).push_back('=');
    const json::value* found = Request(structure).find(member.name);
    append(out, *member.shape, found == nullptr ? json::value() : *found);
}

void append_structure(std::string& out, const Shape& shape, const json::object& structure) {
    out.append(shape.name).push_back('(');
    bool first = true;
    for (const std::string_view name : shape.shown) {
        append_separated(out, first);
        const auto member = std::ranges::find(shape.members, name, &Member::name);
        if (member == shape.members.end()) {
            out.append(lower_first(name)).append("=null");
        } else {
            append_member(out, *member, structure);
        }
    }
    if (shape.shown.empty()) {
        for (const Member& member : shape.members) {
            append_separated(out, first);
            append_member(out, member, structure);
        }
    }
    out.push_back(')');
}

// Bytes are shown as the Java buffer that holds them, never as their contents.
void append_buffer(std::string& out, std::string_view base64) {
    const auto padding = static_cast<std::size_t>(std::ranges::count(base64, '='));
    const std::string length = std::to_string(base64.size() / 4 * 3 - padding);
    out.append("java.nio.HeapByteBuffer[pos=0 lim=")
        .append(length)
        .append(" cap=")
        .append(length)
        .append("]");
}

void append(std::string& out, const Shape& shape, const json::value& value) {
    if (value.is_null()) {
        out.append("null");
    } else if (const auto* list = value.if_array()) {
        append_list(out, shape, *list);
    } else if (const auto* object = value.if_object()) {
        shape.kind == Kind::map ? append_map(out, shape, *object) : append_structure(out, shape, *object);
    } else if (shape.kind == Kind::blob) {
        append_buffer(out, value.as_string());
    } else if (shape.kind == Kind::boolean) {
        out.append(parse_boolean(value).value_or(false) ? "true" : "false");
    } else if (const auto* text = value.if_string()) {
        out.append(std::string_view(*text));
    } else if (shape.kind == Kind::integer || shape.kind == Kind::long_integer) {
        out.append(std::to_string(integer_of(value)));
    } else {
        out.append(json::serialize(value));
    }
}

}  // namespace

std::string value_text(const Shape& shape, const json::value& value) {
    if (shape.shown_as_json) return json::serialize(value);
    std::string out;
    append(out, shape, value);
    return out;
}

std::string lower_first(std::string_view name) {
    std::string out(name);
    if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] - 'A' + 'a');
    return out;
}

}  // namespace tailrace::validation
