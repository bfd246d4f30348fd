#include "engine/validation/legacy_rules.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "engine/validation/rule.hpp"

namespace tailrace::validation {
namespace {

namespace json = boost::json;

constexpr std::size_t unlimited = static_cast<std::size_t>(-1);

/// The arguments of a ComparisonOperator: how many, and of which types, separated by spaces. Any type is
/// allowed if none is named.
struct Comparison {
    std::string_view name;
    std::size_t least;
    std::size_t most;
    std::string_view types{};
};

constexpr std::array comparisons{
    Comparison{.name = "EQ", .least = 1, .most = 1},
    Comparison{.name = "NE", .least = 1, .most = 1},
    Comparison{.name = "LE", .least = 1, .most = 1, .types = "S N B"},
    Comparison{.name = "LT", .least = 1, .most = 1, .types = "S N B"},
    Comparison{.name = "GE", .least = 1, .most = 1, .types = "S N B"},
    Comparison{.name = "GT", .least = 1, .most = 1, .types = "S N B"},
    Comparison{.name = "CONTAINS", .least = 1, .most = 1, .types = "S N B BOOL NULL"},
    Comparison{.name = "NOT_CONTAINS", .least = 1, .most = 1, .types = "S N B BOOL NULL"},
    Comparison{.name = "BEGINS_WITH", .least = 1, .most = 1, .types = "S B"},
    Comparison{.name = "IN", .least = 1, .most = unlimited, .types = "S N B"},
    Comparison{.name = "BETWEEN", .least = 2, .most = 2, .types = "S N B"},
    Comparison{.name = "NULL", .least = 0, .most = 0},
    Comparison{.name = "NOT_NULL", .least = 0, .most = 0},
};

const Comparison& comparison(std::string_view name) {
    return *std::ranges::find(comparisons, name, &Comparison::name);
}

bool names_type(std::string_view types, std::string_view type) {
    if (types.empty()) return true;
    for (std::size_t at = types.find(type); at != std::string_view::npos; at = types.find(type, at + 1)) {
        const bool starts = at == 0 || types[at - 1] == ' ';
        const std::size_t end = at + type.size();
        if (starts && (end == types.size() || types[end] == ' ')) return true;
    }
    return false;
}

/// The type of an attribute value; empty for a null in a list.
std::string_view type_of(const json::value& attribute) {
    if (attribute.is_null()) return {};
    for (const auto& member : attribute.get_object()) {
        if (!member.value().is_null()) return member.key();
    }
    return {};
}

void check_argument_count(const Comparison& comparison, std::size_t count) {
    if (count >= comparison.least && count <= comparison.most) return;
    refuse_parameters("Invalid number of argument(s) for the " + std::string(comparison.name) +
                      " ComparisonOperator");
}

void check_same_type(const json::array& arguments) {
    for (const json::value& each : arguments) {
        if (type_of(each) == type_of(arguments[0])) continue;
        refuse_parameters("AttributeValues inside AttributeValueList must be of same type");
    }
}

void check_argument_types(const Comparison& comparison, const json::array& arguments) {
    for (const json::value& each : arguments) {
        if (names_type(comparison.types, type_of(each))) continue;
        refuse_parameters("ComparisonOperator " + std::string(comparison.name) + " is not valid for " +
                          std::string(type_of(each)) + " AttributeValue type");
    }
}

void check_comparison(const Request& condition, const std::string& for_attribute) {
    const std::string_view name = *condition.text("ComparisonOperator");
    const json::array* arguments = condition.list("AttributeValueList");
    const bool has_value = condition.has("Value");
    if (condition.has("Exists")) {
        refuse_parameters("Exists and ComparisonOperator cannot be used together" + for_attribute);
    }
    if (comparison(name).least > 0 && arguments == nullptr && !has_value) {
        refuse_parameters("Value or AttributeValueList must be used with ComparisonOperator: " +
                          std::string(name) + for_attribute);
    }
    check_argument_count(comparison(name), arguments != nullptr ? arguments->size() : has_value ? 1 : 0);
    if (arguments != nullptr) {
        check_same_type(*arguments);
        check_argument_types(comparison(name), *arguments);
    }
}

void check_existence(const Request& condition, const std::string& for_attribute) {
    const auto exists = condition.flag("Exists");
    const bool has_value = condition.has("Value");
    if (exists.value_or(true) && !has_value) {
        refuse_parameters(std::string("Value must be provided when Exists is ") + (exists ? "true" : "null") +
                          for_attribute);
    }
    if (!exists.value_or(true) && has_value) {
        refuse_parameters("Value cannot be used when Exists is false" + for_attribute);
    }
}

void check_expectation(const Request& condition, std::string_view attribute) {
    const std::string for_attribute = " for Attribute: " + std::string(attribute);
    const bool has_list = condition.has("AttributeValueList");
    if (has_list && condition.has("Value")) {
        refuse_parameters("Value and AttributeValueList cannot be used together" + for_attribute);
    }
    if (condition.has("ComparisonOperator")) {
        check_comparison(condition, for_attribute);
    } else if (has_list) {
        refuse_parameters("AttributeValueList can only be used with a ComparisonOperator" + for_attribute);
    } else {
        check_existence(condition, for_attribute);
    }
}

void check_update(const Request& update) {
    const json::value* value = update.find("Value");
    const std::string_view action = update.text("Action").value_or("PUT");
    if (value == nullptr) {
        if (action != "DELETE") {
            refuse_parameters("Only DELETE action is allowed when no attribute value is specified");
        }
        return;
    }
    const std::string_view type = type_of(*value);
    if (action == "DELETE" && !names_type("SS NS BS", type)) {
        refuse_parameters("DELETE action with value is not supported for the type " + std::string(type));
    }
    if (action == "ADD" && !names_type("L SS NS BS N", type)) {
        refuse_parameters("ADD action is not supported for the type " + std::string(type));
    }
}

}  // namespace

void check_attributes_to_get(const json::array& names) {
    std::set<std::string_view> seen;
    for (const json::value& each : names) {
        if (each.is_null()) continue;
        const std::string_view name = each.get_string();
        if (!seen.insert(name).second) {
            refuse_parameters("Duplicate value in attribute name: " + std::string(name));
        }
    }
}

void check_expected(const json::object& expected) {
    for (const auto& each : expected) {
        if (!each.value().is_null()) check_expectation(Request(each.value().get_object()), each.key());
    }
}

void check_conditions(const json::object& conditions) {
    for (const auto& each : conditions) {
        if (each.value().is_null()) continue;
        const Request condition(each.value().get_object());
        const Comparison& operation = comparison(*condition.text("ComparisonOperator"));
        const json::array* arguments = condition.list("AttributeValueList");
        check_argument_count(operation, arguments == nullptr ? 0 : arguments->size());
        if (arguments == nullptr || arguments->empty()) continue;
        check_same_type(*arguments);
        check_argument_types(operation, *arguments);
    }
}

void check_conditional_operator(const Request& request, std::string_view conditions) {
    if (!request.has("ConditionalOperator")) return;
    const json::object* joined = request.map(conditions);
    if (joined == nullptr || joined->empty()) {
        refuse("ConditionalOperator cannot be used without Filter or Expected");
    }
    if (joined->size() == 1) {
        refuse("ConditionalOperator can only be used when Filter or Expected has two or more elements");
    }
}

void check_attribute_updates(const json::object& updates) {
    for (const auto& each : updates) {
        if (!each.value().is_null()) check_update(Request(each.value().get_object()));
    }
}

}  // namespace tailrace::validation
