#include "server/lambda/resource_tags.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "engine/model/utf8.hpp"
#include "server/lambda/lambda_error.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::size_t max_tags = 50;
constexpr std::size_t max_key_length = 128;
constexpr std::size_t max_tag_value_length = 256;

/// "aws:" in any case is reserved for AWS's own tags.
bool is_reserved(std::string_view key) {
    constexpr std::string_view prefix = "aws:";
    return key.size() >= prefix.size() &&
           std::ranges::equal(key.substr(0, prefix.size()), prefix, {}, [](char c) {
               return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
           });
}

/// The limits are AWS's. AWS's messages for these errors were never observed, so the texts are ours.
void check_tag(const std::string& key, const std::string& value) {
    if (key.empty() || character_count(key) > max_key_length) {
        throw LambdaError::invalid_parameter_value("Tag keys must have 1 to 128 characters: " + key);
    }
    if (character_count(value) > max_tag_value_length) {
        throw LambdaError::invalid_parameter_value("Tag values must have at most 256 characters: " + key);
    }
    if (is_reserved(key)) {
        throw LambdaError::invalid_parameter_value("Tag keys that start with aws: are reserved: " + key);
    }
}

std::string value_of(const json::value& value) {
    if (value.is_null()) return {};
    if (value.is_string()) return std::string(value.get_string());
    throw LambdaError::serialization("Tags can not be converted to a Map of Strings");
}

}  // namespace

ResourceTags read_tags(const json::object& body) {
    ResourceTags tags;
    const json::value* member = body.if_contains("Tags");
    if (member == nullptr || member->is_null()) return tags;
    if (!member->is_object())
        throw LambdaError::serialization("Tags can not be converted to a Map of Strings");
    for (const json::key_value_pair& each : member->get_object()) {
        std::string value = value_of(each.value());
        check_tag(each.key(), value);
        tags[each.key()] = std::move(value);
    }
    return merged_tags({}, tags);
}

ResourceTags merged_tags(ResourceTags tags, const ResourceTags& others) {
    for (const auto& [key, value] : others) tags[key] = value;
    if (tags.size() > max_tags) {
        throw LambdaError::invalid_parameter_value("Number of tags exceeds resource tag limit.");
    }
    return tags;
}

ResourceTags without_tags(ResourceTags tags, std::span<const std::string> keys) {
    for (const std::string& key : keys) tags.erase(key);
    return tags;
}

json::object tags_json(const ResourceTags& tags) {
    json::object object;
    for (const auto& [key, value] : tags) object[key] = value;
    return object;
}

}  // namespace tailrace::server
