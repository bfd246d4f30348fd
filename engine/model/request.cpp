#include "engine/model/request.hpp"

#include "engine/model/attribute_json.hpp"

namespace tailrace {

namespace json = boost::json;

namespace {

/// Up to this many members, a linear search is cheaper than a hash table.
constexpr std::size_t few_members = 32;

const json::value* find_among(const json::object& object, std::string_view name) {
    if (object.size() > few_members) return object.if_contains(name);
    for (const auto& member : object) {
        if (std::string_view(member.key()) == name) return &member.value();
    }
    return nullptr;
}

}  // namespace

const json::value* Request::find(std::string_view name) const {
    const json::value* found = find_among(*object_, name);
    return found == nullptr || found->is_null() ? nullptr : found;
}

std::optional<std::string_view> Request::text(std::string_view name) const {
    const json::value* found = find(name);
    if (found == nullptr || !found->is_string()) return std::nullopt;
    return std::string_view(found->get_string());
}

std::optional<std::int64_t> Request::integer(std::string_view name) const {
    const json::value* found = find(name);
    if (found == nullptr || !found->is_number()) return std::nullopt;
    return integer_of(*found);
}

std::optional<bool> Request::flag(std::string_view name) const {
    const json::value* found = find(name);
    return found == nullptr ? std::nullopt : parse_boolean(*found);
}

const json::array* Request::list(std::string_view name) const {
    const json::value* found = find(name);
    return found == nullptr ? nullptr : found->if_array();
}

const json::object* Request::map(std::string_view name) const {
    const json::value* found = find(name);
    return found == nullptr ? nullptr : found->if_object();
}

std::optional<Request> Request::structure(std::string_view name) const {
    const json::object* found = map(name);
    if (found == nullptr) return std::nullopt;
    return Request(*found, wording_);
}

AttributeMap Request::attributes(std::string_view name) const {
    return parse_attribute_map(*map(name), wording_.values);
}

}  // namespace tailrace
