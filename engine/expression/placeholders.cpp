#include "engine/expression/placeholders.hpp"

#include <algorithm>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"

namespace tailrace::expression {
namespace {

namespace json = boost::json;

constexpr std::string_view names_parameter = "ExpressionAttributeNames";
constexpr std::string_view values_parameter = "ExpressionAttributeValues";
constexpr std::size_t max_placeholder_bytes = 255;

const json::object* map_parameter(const Request& request, std::string_view name) {
    const json::value* value = request.find(name);
    if (value == nullptr) return nullptr;
    if (!value->is_object()) throw ApiError::serialization();
    if (value->get_object().empty()) throw ApiError::validation(std::string(name) + " must not be empty");
    return &value->get_object();
}

bool is_placeholder(std::string_view key, char sigil) {
    if (key.size() < 2 || key.front() != sigil) return false;
    return std::all_of(key.begin() + 1, key.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    });
}

[[noreturn]] void refuse_key(std::string_view parameter_name, const std::string& fault) {
    throw ApiError::validation(std::string(parameter_name) + " contains invalid key: " + fault);
}

void require_placeholder(std::string_view key, char sigil, std::string_view parameter_name) {
    if (key.size() > max_placeholder_bytes) {
        refuse_key(parameter_name,
                   "The expression attribute map contains a key that is too long; size of key: " +
                       std::to_string(key.size()));
    }
    if (!is_placeholder(key, sigil)) {
        refuse_key(parameter_name, "Syntax error; key: \"" + std::string(key) + "\"");
    }
}

/// Puts the parameter's name and the placeholder around the message about one value.
ApiError invalid_value(std::string_view parameter_name, std::string_view key, const ApiError& error) {
    return ApiError::validation(std::string(parameter_name) + " contains invalid value: " + error.message() +
                                " for key " + std::string(key));
}

void check_name(std::string_view key, std::string_view name) {
    try {
        check_attribute_name(name);
    } catch (const ApiError& error) {
        throw invalid_value(names_parameter, key, error);
    }
}

AttributeValue read_value(std::string_view key, const json::value& value, ValueWords words) {
    try {
        return parse_attribute_value(value, words);
    } catch (const ApiError& error) {
        if (words != ValueWords::older || error.name() != "ValidationException") throw;
        throw invalid_value(values_parameter, key, error);
    }
}

/// Marks an entry as used and returns its meaning.
template <typename Entries>
auto* use(Entries& entries, std::string_view placeholder) {
    const auto at = entries.find(placeholder);
    using Meaning = decltype(at->second.meaning);
    if (at == entries.end()) return static_cast<const Meaning*>(nullptr);
    at->second.used = true;
    return static_cast<const Meaning*>(&at->second.meaning);
}

template <typename Entries>
void require_used(const Entries& entries, std::string_view parameter_name) {
    std::vector<std::pair<std::size_t, std::string_view>> unused;
    for (const auto& [key, entry] : entries) {
        if (!entry.used) unused.emplace_back(entry.position, key);
    }
    if (unused.empty()) return;
    std::sort(unused.begin(), unused.end());
    std::string message =
        "Value provided in " + std::string(parameter_name) + " unused in expressions: keys: {";
    for (std::size_t i = 0; i < unused.size(); ++i) {
        if (i > 0) message.append(", ");
        message.append(unused[i].second);
    }
    throw ApiError::validation(message + "}");
}

}  // namespace

Placeholders Placeholders::read(const Request& request) {
    Placeholders placeholders;
    if (const auto* names = map_parameter(request, names_parameter)) placeholders.read_names(*names);
    if (const auto* values = map_parameter(request, values_parameter)) {
        placeholders.read_values(*values, request.wording().values);
    }
    return placeholders;
}

void Placeholders::read_names(const json::object& names) {
    for (const auto& member : names) {
        const std::string_view key = member.key();
        require_placeholder(key, '#', names_parameter);
        const auto* meaning = member.value().if_string();
        if (meaning == nullptr) throw ApiError::serialization();
        check_name(key, *meaning);
        names_.try_emplace(std::string(key),
                           Entry<std::string>{std::string(std::string_view(*meaning)), names_.size()});
    }
}

void Placeholders::read_values(const json::object& values, ValueWords words) {
    for (const auto& member : values) require_placeholder(member.key(), ':', values_parameter);
    for (const auto& member : values) {
        const std::string_view key = member.key();
        values_.try_emplace(std::string(key),
                            Entry<AttributeValue>{read_value(key, member.value(), words), values_.size()});
    }
}

const std::string* Placeholders::name(std::string_view placeholder) {
    return use(names_, placeholder);
}

const AttributeValue* Placeholders::value(std::string_view placeholder) {
    return use(values_, placeholder);
}

std::size_t Placeholders::size_bytes() const {
    std::size_t bytes = 0;
    for (const auto& [placeholder, name] : names_) bytes += name.meaning.size();
    for (const auto& [placeholder, value] : values_) bytes += value.meaning.size_bytes();
    return bytes;
}

void Placeholders::require_all_used() const {
    require_used(names_, names_parameter);
    require_used(values_, values_parameter);
}

}  // namespace tailrace::expression
