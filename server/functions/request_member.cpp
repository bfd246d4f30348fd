#include "server/functions/request_member.hpp"

#include <algorithm>

#include "engine/model/text_pattern.hpp"
#include "engine/model/utf8.hpp"
#include "server/lambda/lambda_error.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// `kind` is a type as Lambda's messages name it. These are the names in its Java code, such as "a Map of
/// Strings".
[[noreturn]] void refuse_kind(const Member& member, const char* kind) {
    throw LambdaError::serialization("The value of '" + std::string(member.name) +
                                     "' can not be converted to " + kind);
}

std::string shown_text(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

}  // namespace

std::string text_of(const Member& member) {
    if (!member.value.is_string()) refuse_kind(member, "a String");
    return std::string(member.value.get_string());
}

bool flag_of(const Member& member) {
    if (!member.value.is_bool()) refuse_kind(member, "a Boolean");
    return member.value.get_bool();
}

const json::object& object_of(const Member& member) {
    if (!member.value.is_object()) refuse_kind(member, "an Object");
    return member.value.get_object();
}

const json::array& list_of(const Member& member) {
    if (!member.value.is_array()) refuse_kind(member, "a List");
    return member.value.get_array();
}

json::object texts_of(const Member& member) {
    json::object texts;
    for (const json::key_value_pair& each : object_of(member)) {
        if (each.value().is_null()) continue;
        if (!each.value().is_string()) refuse_kind(member, "a Map of Strings");
        texts.insert(each);
    }
    return texts;
}

std::int64_t number_between(const Member& member, std::int64_t least, std::int64_t most) {
    if (!member.value.is_int64()) refuse_kind(member, "an Integer");
    const std::int64_t number = member.value.get_int64();
    if (number < least) {
        refuse_value(std::to_string(number), member.name,
                     "Member must have value greater than or equal to " + std::to_string(least));
    }
    if (number > most) {
        refuse_value(std::to_string(number), member.name,
                     "Member must have value less than or equal to " + std::to_string(most));
    }
    return number;
}

std::string text_matching(const Member& member, std::string_view pattern) {
    std::string text = text_of(member);
    // None of AWS's limits is higher.
    constexpr std::size_t max_matched = 2048;
    if (text.size() > max_matched || !TextPattern(pattern).matches(text)) {
        refuse_value(text.substr(0, max_matched), member.name,
                     "Member must satisfy regular expression pattern: " + std::string(pattern));
    }
    return text;
}

std::string text_among(const Member& member, std::initializer_list<std::string_view> texts) {
    std::string text = text_of(member);
    if (std::ranges::find(texts, text) != texts.end()) return text;
    std::string allowed;
    for (const std::string_view each : texts) allowed.append(allowed.empty() ? "" : ", ").append(each);
    refuse_value(text, member.name, "Member must satisfy enum value set: [" + allowed + "]");
}

void check_length(const Member& member, std::size_t least, std::size_t most) {
    const std::string text = text_of(member);
    const std::size_t length = character_count(text);
    if (length < least) {
        refuse_value(text, member.name,
                     "Member must have length greater than or equal to " + std::to_string(least));
    }
    if (length > most) {
        refuse_value(text, member.name,
                     "Member must have length less than or equal to " + std::to_string(most));
    }
}

const json::value& needed(const json::object& body, std::string_view name, std::string_view shown_name) {
    const json::value* found = body.if_contains(name);
    if (found != nullptr && !found->is_null()) return *found;
    throw LambdaError::validation("1 validation error detected: Value null at '" + std::string(shown_name) +
                                  "' failed to satisfy constraint: Member must not be null");
}

std::string optional_text(const json::object& body, std::string_view name) {
    const json::value* found = body.if_contains(name);
    return found == nullptr || found->is_null() ? std::string() : text_of({*found, name});
}

bool optional_flag(const json::object& body, std::string_view name) {
    const json::value* found = body.if_contains(name);
    return found != nullptr && !found->is_null() && flag_of({*found, name});
}

void refuse_others(const json::object& object, std::initializer_list<std::string_view> names,
                   std::string_view shown_name) {
    for (const json::key_value_pair& each : object) {
        const std::string_view name = each.key();
        if (each.value().is_null() || std::ranges::find(names, name) != names.end()) continue;
        throw LambdaError::invalid_parameter_value(std::string(shown_name) + "." + std::string(name) +
                                                   " is not supported here.");
    }
}

std::string shown_list(const json::array& list) {
    std::string text;
    for (const json::value& each : list) text.append(text.empty() ? "" : ", ").append(shown_text(each));
    return "[" + text + "]";
}

void refuse_value(const std::string& value, std::string_view name, const std::string& constraint) {
    throw LambdaError::validation("1 validation error detected: Value '" + value + "' at '" +
                                  std::string(name) + "' failed to satisfy constraint: " + constraint);
}

}  // namespace tailrace::server
