#include "engine/validation/constraint.hpp"

#include <algorithm>
#include <limits>

#include "engine/model/attribute_json.hpp"
#include "engine/model/utf8.hpp"
#include "engine/validation/pattern.hpp"

namespace tailrace::validation {
namespace {

namespace json = boost::json;

constexpr std::int64_t shortest_table_name = 3;
constexpr std::int64_t max_table_name_length = 255;
constexpr PatternSegment table_name_characters[] = {
    {.ascii = {0x03ff'6000'0000'0000u, 0x07ff'fffe'87ff'fffeu},
     .beyond_ascii = false,
     .least = 1,
     .most = std::numeric_limits<std::uint32_t>::max()}};
constexpr Pattern table_name_pattern{"[a-zA-Z0-9_.-]+", table_name_characters, false};

/// The bounds of a value's length or size, and the pattern of a text.
struct Bounds {
    std::int64_t minimum;
    std::int64_t maximum;
    const Pattern* pattern;
};

/// AWS counts the length of a string in UTF-16 code units.
std::int64_t length_of(std::string_view text) {
    return static_cast<std::int64_t>(utf16_length(text));
}

bool is_arn(std::string_view text) {
    return text.starts_with("arn:");
}

// An ARN has the bounds of the model. A name has the bounds and the pattern that hold for the name of any
// table. But if the model's minimum is one character, an empty name is checked only against this minimum.
Bounds bounds_of(const Shape& shape, std::string_view text) {
    if (!shape.table_name || is_arn(text)) return {shape.minimum, shape.maximum, shape.pattern};
    if (text.empty() && shape.minimum == 1) return {1, max_table_name_length, nullptr};
    return {shortest_table_name, max_table_name_length, &table_name_pattern};
}

bool is_within(const Bounds& bounds, std::int64_t measure) {
    return measure >= bounds.minimum && measure <= bounds.maximum;
}

/// True if an ARN names a table, and not something that belongs to a table.
bool names_table(std::string_view arn) {
    constexpr int fields_before_resource = 5;
    constexpr std::string_view resource_type = "table/";
    for (int i = 0; i < fields_before_resource; ++i) {
        const std::size_t end = arn.find(':');
        if (end == std::string_view::npos) return false;
        arn.remove_prefix(end + 1);
    }
    if (!arn.starts_with(resource_type)) return false;
    arn.remove_prefix(resource_type.size());
    return is_table_name(arn);
}

std::int64_t measure_of(const Shape& shape, const json::value& value) {
    if (const auto* list = value.if_array()) return static_cast<std::int64_t>(list->size());
    if (const auto* object = value.if_object()) return static_cast<std::int64_t>(object->size());
    if (const auto* text = value.if_string()) return length_of(*text);
    return shape.kind == Kind::boolean ? 0 : integer_of(value);
}

std::string measured_as(Kind kind) {
    const bool number = kind == Kind::integer || kind == Kind::long_integer || kind == Kind::decimal;
    return number ? "Member must have value " : "Member must have length ";
}

std::string at_least(const Shape& shape, std::int64_t minimum) {
    return measured_as(shape.kind) + "greater than or equal to " + std::to_string(minimum);
}

std::string at_most(const Shape& shape, std::int64_t maximum) {
    return measured_as(shape.kind) + "less than or equal to " + std::to_string(maximum);
}

std::string of_pattern(const Pattern& pattern) {
    return "Member must satisfy regular expression pattern: " + std::string(pattern.text);
}

std::string one_of(std::span<const std::string_view> allowed) {
    std::string out = "Member must satisfy enum value set: [";
    for (const std::string_view each : allowed) {
        if (out.back() != '[') out.append(", ");
        out.append(each);
    }
    return out + ']';
}

}  // namespace

bool is_table_name(std::string_view text) {
    const Bounds bounds{shortest_table_name, max_table_name_length, &table_name_pattern};
    return is_within(bounds, length_of(text)) && matches(table_name_pattern, text);
}

bool is_other_arn(const Shape& shape, std::string_view text) {
    return shape.table_name && is_arn(text) && !names_table(text);
}

bool constraints_hold(const Shape& shape, std::string_view text) {
    if (!shape.allowed.empty()) return std::ranges::find(shape.allowed, text) != shape.allowed.end();
    const Bounds bounds = bounds_of(shape, text);
    const bool bounded = bounds.minimum != no_minimum || bounds.maximum != no_maximum;
    if (bounded && !is_within(bounds, length_of(text))) return false;
    if (is_other_arn(shape, text)) return false;
    return bounds.pattern == nullptr || matches(*bounds.pattern, text);
}

bool constraints_hold(const Shape& shape, const json::value& value) {
    if (!shape.constrained()) return true;
    if (const auto* text = value.if_string()) return constraints_hold(shape, std::string_view(*text));
    return is_within({shape.minimum, shape.maximum, nullptr}, measure_of(shape, value));
}

bool is_empty(const json::value& value) {
    if (const auto* text = value.if_string()) return text->empty();
    return value.is_object() && value.get_object().empty();
}

std::vector<std::string> broken_constraints(const Shape& shape, const json::value& value) {
    std::vector<std::string> broken;
    if (constraints_hold(shape, value)) return broken;
    const std::string_view text = value.is_string() ? std::string_view(value.get_string()) : "";
    if (!shape.allowed.empty()) return {one_of(shape.allowed)};
    const Bounds bounds = bounds_of(shape, text);
    const std::int64_t measure = measure_of(shape, value);
    if (measure < bounds.minimum) broken.push_back(at_least(shape, bounds.minimum));
    if (measure > bounds.maximum) broken.push_back(at_most(shape, bounds.maximum));
    if (bounds.pattern != nullptr && !matches(*bounds.pattern, text)) {
        const bool length_first = shape.length_first || shape.table_name;
        broken.insert(length_first ? broken.end() : broken.begin(), of_pattern(*bounds.pattern));
    }
    return broken;
}

std::string listed_constraints(const Shape& shape) {
    const Bounds bounds = bounds_of(shape, "name");
    std::string out = "[";
    const auto add = [&out](const std::string& constraint) {
        if (out.size() > 1) out.append(", ");
        out.append(constraint);
    };
    if (bounds.maximum != no_maximum) add(at_most(shape, bounds.maximum));
    if (bounds.minimum != no_minimum) add(at_least(shape, bounds.minimum));
    if (bounds.pattern != nullptr) add(of_pattern(*bounds.pattern));
    if (!shape.allowed.empty()) add(one_of(shape.allowed));
    return out + ']';
}

}  // namespace tailrace::validation
