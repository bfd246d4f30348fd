#include "engine/validation/parameter_rules.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "engine/validation/rule.hpp"

namespace tailrace::validation {
namespace {

namespace json = boost::json;

using Names = std::span<const std::string_view>;

constexpr std::string_view key_condition = "KeyConditionExpression";
constexpr std::string_view replaced_key_condition = "KeyConditions";
/// The only expression that cannot contain values.
constexpr std::string_view projection = "ProjectionExpression";

constexpr std::string_view without_expressions = " can only be specified when using expressions";

/// "a, b": those of `names` that the request has. KeyConditions may be combined with any expression but
/// KeyConditionExpression, so AWS names it only if the request has both.
std::string present(const Request& request, Names names) {
    std::string out;
    for (const std::string_view name : names) {
        if (!request.has(name) || (name == replaced_key_condition && !request.has(key_condition))) continue;
        out.append(out.empty() ? "" : ", ").append(name);
    }
    return out;
}

[[noreturn]] void refuse_both(const std::string& newer, const std::string& older) {
    refuse(
        "Can not use both expression and non-expression parameters in the same request: Non-expression "
        "parameters: {" +
        older + "} Expression parameters: {" + newer + "}");
}

/// Refuses values that no expression can use. AWS names the expressions that could use them, except in its
/// newer wording.
void check_values(const Request& request, const ExpressionParameters& parameters) {
    const auto uses_values = [&request](std::string_view each) {
        return each != projection && request.has(each);
    };
    if (std::ranges::any_of(parameters.expressions, uses_values)) return;
    std::string missing;
    std::size_t count = 0;
    for (const std::string_view each : parameters.expressions) {
        if (each == projection) continue;
        if (count++ > 0) missing.append(" and ");
        missing.append(each);
    }
    if (count == 0) return;
    const std::string message = "ExpressionAttributeValues" + std::string(without_expressions);
    if (request.wording().counts_faults) refuse(message);
    refuse(message + ": " + missing + (count > 1 ? " are null" : " is null"));
}

/// Describes the conflict between Select and the requested attributes; empty if there is none.
std::string selection_fault(const Request& request) {
    const auto select = request.text("Select");
    if (!select) return {};
    const bool has_expression = request.has("ProjectionExpression");
    const bool has_attributes = request.has("AttributesToGet");
    if (select == "SPECIFIC_ATTRIBUTES") {
        if (has_expression || has_attributes) return {};
        return "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
               "SPECIFIC_ATTRIBUTES";
    }
    if (has_expression || has_attributes) {
        return std::string("Cannot specify the ") +
               (has_expression ? "ProjectionExpression" : "AttributesToGet") + " when choosing to get " +
               (select == "COUNT" ? "only the Count" : std::string(*select));
    }
    if (select == "ALL_PROJECTED_ATTRIBUTES" && !request.has("IndexName")) {
        return "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName";
    }
    return {};
}

}  // namespace

void check_expressions(const Request& request, const ExpressionParameters& parameters) {
    if (parameters.expressions.empty()) return;
    const auto given = [&request](std::string_view name) { return request.has(name); };
    if (std::ranges::any_of(parameters.expressions, given)) {
        const std::string older = present(request, parameters.replaced);
        if (!older.empty()) refuse_both(present(request, parameters.expressions), older);
    } else if (request.has("ExpressionAttributeNames")) {
        refuse("ExpressionAttributeNames" + std::string(without_expressions));
    }
    if (request.has("ExpressionAttributeValues")) check_values(request, parameters);
}

void check_query_selection(const Request& request) {
    const std::string fault = selection_fault(request);
    if (!fault.empty()) refuse("1 validation error detected: " + fault);
}

// Unlike Query, Scan reports the fault without a prefix.
void check_scan_selection(const Request& request) {
    const std::string fault = selection_fault(request);
    if (!fault.empty()) refuse(fault);
}

// The two forms exclude each other in the request as a whole, even if no single table has both.
void check_batch_get_item(const Request& request) {
    const json::object& tables = *request.map("RequestItems");
    const auto any_has = [&](std::string_view member) {
        return std::ranges::any_of(tables, [&](const auto& table) {
            return !table.value().is_null() && request.element(table.value()).has(member);
        });
    };
    if (any_has("ProjectionExpression") && any_has("AttributesToGet")) {
        refuse_both("ProjectionExpression", "AttributesToGet");
    }
}

void check_batch_write_item(const Request& request) {
    const json::object& tables = *request.map("RequestItems");
    if (std::ranges::all_of(tables, [](const auto& table) { return table.value().is_null(); })) {
        refuse("The requestItems parameter is required for BatchWriteItem");
    }
    for (const auto& table : tables) {
        if (table.value().is_null()) continue;
        for (const json::value& each : table.value().get_array()) {
            const auto asks_for = [&](std::string_view member) {
                return each.is_object() && request.element(each).has(member);
            };
            if (asks_for("PutRequest") != asks_for("DeleteRequest")) continue;
            refuse(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
                "supported datatypes");
        }
    }
}

}  // namespace tailrace::validation
