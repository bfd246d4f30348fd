#include "engine/validation/tag_rules.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/model/utf8.hpp"
#include "engine/validation/rule.hpp"

namespace tailrace::validation {
namespace {

namespace json = boost::json;

constexpr std::size_t max_tags = 50;
constexpr std::size_t max_key_length = 128;
constexpr std::size_t max_value_length = 256;

/// Letters, digits and spaces of any script, and + - = . _ : / @. Beyond ASCII, only the blocks of symbols
/// and emoji that AWS was seen to refuse are excluded.
bool is_tag_character(std::uint32_t c) {
    if (c < 0x80) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return letter || std::string_view(" +-=._:/@").find(static_cast<char>(c)) != std::string_view::npos;
    }
    return !(c >= 0x2190 && c <= 0x2bff) && !(c >= 0x1f000 && c <= 0x1faff);
}

/// The number of characters in a tag's text, or nullopt if one of them is not allowed.
std::optional<std::size_t> tag_length(std::string_view text) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < text.size(); ++length) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t size = character_size(text[i]);
        std::uint32_t c = size == 1 ? lead : lead & (0x7fu >> size);
        for (std::size_t k = 1; k < size && i + k < text.size(); ++k) {
            c = c << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3fu);
        }
        if (!is_tag_character(c)) return std::nullopt;
        i += size;
    }
    return length;
}

void check_key(const std::optional<std::string_view>& key) {
    const auto length = key ? tag_length(*key) : std::nullopt;
    if (!length || *length == 0 || *length > max_key_length) {
        refuse("The Tag Key provided is invalid, Key: " + std::string(key.value_or("null")));
    }
}

void check_value(const std::optional<std::string_view>& value) {
    const auto length = value ? tag_length(*value) : std::nullopt;
    if (!length || *length > max_value_length) {
        refuse("The Tag Value provided is invalid, Value: " + std::string(value.value_or("null")));
    }
}

void check_count(std::size_t count) {
    if (count > max_tags) refuse("Number of Tags exceed the current limit for the provided ResourceArn");
}

/// Refuses an ARN of another service, or of something that AWS does not count as a resource here, such as a
/// backup.
[[noreturn]] void refuse_other_resource(const std::string& arn) {
    refuse_parameters("Provided Arn is not a DynamoDB resource arn: " + arn);
}

}  // namespace

void check_resource_arn(const Request& request) {
    const std::string arn(*request.text("ResourceArn"));
    if (!arn.starts_with("arn:")) refuse_parameters("ARNs must start with 'arn:': " + arn);
    std::vector<std::string_view> parts;
    std::string_view rest = arn;
    while (parts.size() < 5 && rest.find(':') != std::string_view::npos) {
        parts.push_back(rest.substr(0, rest.find(':')));
        rest.remove_prefix(parts.back().size() + 1);
    }
    if (parts.size() < 5 || parts[2] != "dynamodb") refuse_other_resource(arn);
    constexpr std::string_view table = "table/";
    constexpr std::size_t shortest_name = 3;
    if (!rest.starts_with(table) || rest.size() < table.size() + shortest_name) {
        refuse("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
    }
    const std::size_t end_of_name = rest.find('/', table.size());
    if (end_of_name == std::string_view::npos) return;
    const std::string_view part = rest.substr(end_of_name);
    if (part.starts_with("/index/")) {
        refuse_parameters(
            "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: " + arn);
    }
    if (!part.starts_with("/stream/")) refuse_other_resource(arn);
}

void check_tags(const Request& request) {
    const json::array* tags = request.list("Tags");
    if (tags == nullptr) return;
    std::set<std::string_view> keys;
    for (const json::value& each : *tags) {
        const Request tag = request.element(each);
        const auto key = tag.text("Key");
        check_key(key);
        if (key->starts_with("aws:"))
            refuse("Tag Key cannot be prefixed with aws:, Key: " + std::string(*key));
        check_value(tag.text("Value"));
        if (!keys.insert(*key).second) {
            refuse("Duplicate Tag Keys provided as input: Duplicate Tag Key found " + std::string(*key));
        }
    }
    check_count(tags->size());
}

void check_tag_resource(const Request& request) {
    check_resource_arn(request);
    if (request.list("Tags")->empty()) refuse("Atleast one Tag needs to be provided as Input.");
    check_tags(request);
}

void check_untag_resource(const Request& request) {
    check_resource_arn(request);
    const json::array& keys = *request.list("TagKeys");
    if (keys.empty()) refuse("Atleast one Tag Key needs to be provided as Input.");
    for (const json::value& key : keys) check_key(std::string_view(key.get_string()));
    check_count(keys.size());
}

}  // namespace tailrace::validation
