#include "engine/validation/request_member.hpp"

#include "engine/model/attribute_json.hpp"

namespace tailrace::validation {

namespace json = boost::json;

const json::value* find_member(const json::object& object, std::string_view name) {
    const json::value* found = object.if_contains(name);
    return found == nullptr || found->is_null() ? nullptr : found;
}

std::optional<std::string_view> text_member(const json::object& object, std::string_view name) {
    const json::value* found = find_member(object, name);
    if (found == nullptr) return std::nullopt;
    return std::string_view(found->as_string());
}

std::optional<std::int64_t> integer_member(const json::object& object, std::string_view name) {
    const json::value* found = find_member(object, name);
    if (found == nullptr) return std::nullopt;
    return integer_of(*found);
}

std::optional<bool> boolean_member(const json::object& object, std::string_view name) {
    const json::value* found = find_member(object, name);
    return found == nullptr ? std::nullopt : parse_boolean(*found);
}

const json::array* list_member(const json::object& object, std::string_view name) {
    const json::value* found = find_member(object, name);
    return found == nullptr ? nullptr : &found->as_array();
}

const json::object* object_member(const json::object& object, std::string_view name) {
    const json::value* found = find_member(object, name);
    return found == nullptr ? nullptr : &found->as_object();
}

}  // namespace tailrace::validation
