#include "server/admin/rule_object.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/nearest_name.hpp"
#include "server/admin/name_list.hpp"

namespace tailrace::server {

namespace json = boost::json;

bool contains(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

RuleObject::RuleObject(const json::value& value, std::string where, const Names& known)
    : object_(value.if_object()), where_(std::move(where)) {
    if (object_ == nullptr) refuse("it must be an object.");
    for (const json::key_value_pair& member : *object_) require_known("member", member.key(), known);
}

void RuleObject::refuse(const std::string& reason) const {
    throw InvalidRule(where_ + ": " + reason);
}

void RuleObject::require_known(std::string_view kind, std::string_view name, const Names& known) const {
    if (contains(known, name)) return;
    std::string message = "unknown ";
    message.append(kind).append(" '").append(name).append("' (known: ").append(name_list(known));
    refuse(message.append(")").append(did_you_mean(name, known)));
}

void RuleObject::require_with(std::string_view name, std::string_view other) const {
    if (find(name) != nullptr && find(other) == nullptr) {
        refuse(std::string(name) + " needs " + std::string(other) + ".");
    }
}

std::string RuleObject::text(std::string_view name) const {
    const json::value* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_string() || value->get_string().empty()) {
        refuse(std::string(name) + " must be a text that is not empty.");
    }
    return std::string(value->get_string());
}

std::string RuleObject::choice(std::string_view name, const Names& known) const {
    std::string text = this->text(name);
    if (!text.empty()) require_known(name, text, known);
    return text;
}

std::optional<std::uint64_t> RuleObject::count(std::string_view name, std::uint64_t least,
                                               std::uint64_t most) const {
    const json::value* value = find(name);
    if (value == nullptr) return std::nullopt;
    json::error_code error;
    const auto number = value->is_number() ? value->to_number<std::uint64_t>(error) : 0;
    if (!value->is_number() || error || number < least || number > most) {
        refuse(std::string(name) + " must be a whole number from " + std::to_string(least) + " to " +
               std::to_string(most) + ".");
    }
    return number;
}

}  // namespace tailrace::server
