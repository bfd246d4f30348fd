#include "server/cognito/attribute_schema.hpp"

#include <algorithm>
#include <array>

#include "engine/model/ascii_case.hpp"
#include "engine/model/parse_number.hpp"
#include "engine/model/request.hpp"
#include "engine/model/utf8.hpp"
#include "server/cognito/cognito_error.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::int64_t max_value_length = 2048;

constexpr std::array<std::string_view, 4> types = {"String", "Number", "Boolean", "DateTime"};

/// Source: "User pool attributes" in the developer guide; SchemaAttributes as DescribeUserPool shows them.
constexpr std::array<std::string_view, 16> standard_texts = {
    "name",     "given_name", "family_name",  "middle_name", "nickname", "preferred_username",
    "profile",  "picture",    "website",      "email",       "gender",   "birthdate",
    "zoneinfo", "locale",     "phone_number", "address"};

AttributeSchema text_attribute(std::string_view name) {
    constexpr std::int64_t date_length = 10;
    const bool is_date = name == "birthdate";
    return {.name = std::string(name),
            .type = "String",
            .developer_only = false,
            .is_mutable = true,
            .required = false,
            .minimum = is_date ? date_length : 0,
            .maximum = is_date ? date_length : max_value_length};
}

AttributeSchema other_attribute(std::string name, std::string type, std::optional<std::int64_t> minimum) {
    return {.name = std::move(name),
            .type = std::move(type),
            .developer_only = false,
            .is_mutable = true,
            .required = false,
            .minimum = minimum,
            .maximum = {}};
}

std::vector<AttributeSchema> standard_schema() {
    std::vector<AttributeSchema> schema{{.name = "sub",
                                         .type = "String",
                                         .developer_only = false,
                                         .is_mutable = false,
                                         .required = true,
                                         .minimum = 1,
                                         .maximum = max_value_length}};
    for (const std::string_view name : standard_texts) schema.push_back(text_attribute(name));
    schema.push_back(other_attribute("email_verified", "Boolean", {}));
    schema.push_back(other_attribute("phone_number_verified", "Boolean", {}));
    schema.push_back(other_attribute("updated_at", "Number", 0));
    schema.push_back(other_attribute("identities", "String", {}));
    return schema;
}

/// Reads a bound, which the API writes as text.
void read_bound(const Request& constraints, std::string_view name, std::optional<std::int64_t>& bound) {
    const auto text = constraints.text(name);
    if (!text) return;
    bound = parse_number<std::int64_t>(*text);
    if (!bound) {
        throw CognitoError::invalid_parameter(std::string(name) + " of an attribute must be a whole number");
    }
}

void read_bounds(const Request& json, AttributeSchema& attribute) {
    if (const auto number = json.structure("NumberAttributeConstraints")) {
        read_bound(*number, "MinValue", attribute.minimum);
        read_bound(*number, "MaxValue", attribute.maximum);
    }
    if (const auto text = json.structure("StringAttributeConstraints")) {
        read_bound(*text, "MinLength", attribute.minimum);
        read_bound(*text, "MaxLength", attribute.maximum);
    }
    const bool is_negative = attribute.type == "String" && attribute.minimum.value_or(0) < 0;
    if (is_negative || (attribute.maximum && attribute.minimum.value_or(0) > *attribute.maximum)) {
        throw CognitoError::invalid_parameter("No value can be within the bounds of the attribute " +
                                              attribute.name);
    }
}

void change_standard(const Request& json, AttributeSchema& attribute) {
    if (json.text("AttributeDataType").value_or(attribute.type) != attribute.type ||
        json.flag("DeveloperOnlyAttribute").value_or(false)) {
        throw CognitoError::invalid_parameter(
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema "
            "attribute " +
            attribute.name);
    }
    attribute.is_mutable = json.flag("Mutable").value_or(attribute.is_mutable);
    attribute.required = json.flag("Required").value_or(attribute.required);
    read_bounds(json, attribute);
}

AttributeSchema custom_attribute(const Request& json, std::string_view name) {
    const auto type = json.text("AttributeDataType");
    if (!type || std::ranges::find(types, *type) == types.end()) {
        throw CognitoError::invalid_parameter(
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.");
    }
    if (json.flag("Required").value_or(false)) {
        throw CognitoError::invalid_parameter("Required custom attributes are not supported currently.");
    }
    AttributeSchema attribute;
    attribute.developer_only = json.flag("DeveloperOnlyAttribute").value_or(false);
    attribute.name = (attribute.developer_only ? "dev:custom:" : "custom:") + std::string(name);
    attribute.type = *type;
    attribute.is_mutable = json.flag("Mutable").value_or(false);
    read_bounds(json, attribute);
    return attribute;
}

/// Returns what is wrong with the value, or an empty string.
std::string fault_of(const AttributeSchema& attribute, const std::string& value) {
    const auto is_over = [&](std::int64_t measure) {
        return attribute.maximum && measure > *attribute.maximum;
    };
    const auto is_under = [&](std::int64_t measure) {
        return attribute.minimum && measure < *attribute.minimum;
    };
    if (attribute.type == "Boolean") {
        return equal_ignoring_case(value, "true") || equal_ignoring_case(value, "false")
                   ? ""
                   : "Boolean must be true or false";
    }
    if (attribute.type == "Number") {
        const auto number = parse_number<std::int64_t>(value);
        if (!number) return "Value is not a number";
        if (is_over(*number)) return "Number must be no more than " + std::to_string(*attribute.maximum);
        if (is_under(*number)) return "Number must be no less than " + std::to_string(*attribute.minimum);
        return {};
    }
    const auto length = static_cast<std::int64_t>(character_count(value));
    if (is_over(length)) {
        return "String must be no longer than " + std::to_string(*attribute.maximum) + " characters";
    }
    if (is_under(length)) {
        return "String must be no shorter than " + std::to_string(*attribute.minimum) + " characters";
    }
    return {};
}

/// True for "+" and up to 15 digits. Source: E.164, which the guide names.
bool is_phone_number(std::string_view text) {
    constexpr std::size_t max_digits = 15;
    if (!text.starts_with('+') || text.size() < 2 || text.size() > 1 + max_digits) return false;
    return std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_email(std::string_view text) {
    const std::size_t at = text.find('@');
    return at != std::string_view::npos && at > 0 && text.find('.', at) != std::string_view::npos &&
           text.find('@', at + 1) == std::string_view::npos && !text.ends_with('.') &&
           text.find_first_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

std::vector<AttributeSchema> read_schema(const json::array* list) {
    std::vector<AttributeSchema> schema = standard_schema();
    if (list == nullptr) return schema;
    for (const json::value& each : *list) {
        const Request json(each.as_object());
        const auto name = json.text("Name");
        if (!name) throw CognitoError::invalid_parameter("An attribute of Schema has no Name");
        const auto known = std::ranges::find(schema, *name, &AttributeSchema::name);
        if (known != schema.end()) {
            change_standard(json, *known);
            continue;
        }
        AttributeSchema attribute = custom_attribute(json, *name);
        if (find_attribute(schema, attribute.name) != nullptr) {
            throw CognitoError::invalid_parameter("Duplicate attribute name: " + attribute.name);
        }
        schema.push_back(std::move(attribute));
    }
    return schema;
}

const AttributeSchema* find_attribute(const std::vector<AttributeSchema>& schema, std::string_view name) {
    const auto found = std::ranges::find(schema, name, &AttributeSchema::name);
    return found == schema.end() ? nullptr : &*found;
}

json::array shown_schema(const std::vector<AttributeSchema>& schema) {
    json::array shown;
    for (const AttributeSchema& attribute : schema) {
        json::object json{{"Name", attribute.name},
                          {"AttributeDataType", attribute.type},
                          {"DeveloperOnlyAttribute", attribute.developer_only},
                          {"Mutable", attribute.is_mutable},
                          {"Required", attribute.required}};
        const bool is_text = attribute.type == "String";
        json::object bounds;
        if (attribute.minimum)
            bounds[is_text ? "MinLength" : "MinValue"] = std::to_string(*attribute.minimum);
        if (attribute.maximum)
            bounds[is_text ? "MaxLength" : "MaxValue"] = std::to_string(*attribute.maximum);
        if (is_text || attribute.type == "Number") {
            const std::string_view member =
                is_text ? "StringAttributeConstraints" : "NumberAttributeConstraints";
            json[member] = std::move(bounds);
        }
        shown.push_back(std::move(json));
    }
    return shown;
}

void check_attributes(const std::vector<AttributeSchema>& schema, UserAttributes& attributes) {
    std::string faults;
    const auto add = [&faults](std::string_view name, std::string_view fault) {
        faults.append(name).append(": ").append(fault).append("\n");
    };
    for (auto& [name, value] : attributes) {
        const AttributeSchema* attribute = find_attribute(schema, name);
        if (attribute == nullptr) {
            add(name, "Attribute does not exist in the schema.");
        } else if (name == "sub") {
            add(name, "Attribute cannot be set; every user is given one.");
        } else if (const std::string fault = fault_of(*attribute, value); !fault.empty()) {
            add(name, fault);
        } else if (attribute->type == "Boolean") {
            value = equal_ignoring_case(value, "true") ? "true" : "false";
        }
    }
    for (const AttributeSchema& attribute : schema) {
        if (attribute.required && attribute.name != "sub" && !attributes.contains(attribute.name)) {
            add(attribute.name, "The attribute is required");
        }
    }
    if (!faults.empty()) {
        throw CognitoError::invalid_parameter("Attributes did not conform to the schema: " + faults);
    }
    const auto email = attributes.find("email");
    if (email != attributes.end() && !is_email(email->second)) {
        throw CognitoError::invalid_parameter("Invalid email address format.");
    }
    const auto phone = attributes.find("phone_number");
    if (phone != attributes.end() && !is_phone_number(phone->second)) {
        throw CognitoError::invalid_parameter("Invalid phone number format.");
    }
}

}  // namespace tailrace::server
