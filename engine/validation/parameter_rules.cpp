#include "engine/validation/parameter_rules.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "engine/validation/request_member.hpp"
#include "engine/validation/rule.hpp"

namespace tailrace::validation {
namespace {

namespace json = boost::json;

using Names = std::initializer_list<std::string_view>;

/// "a, b": those of `names` that the request has.
std::string present(const json::object& request, Names names) {
    std::string out;
    for (const std::string_view name : names) {
        if (find_member(request, name) != nullptr) out.append(out.empty() ? "" : ", ").append(name);
    }
    return out;
}

[[noreturn]] void refuse_both(const std::string& newer, const std::string& older) {
    refuse(
        "Can not use both expression and non-expression parameters in the same request: Non-expression "
        "parameters: {" +
        older + "} Expression parameters: {" + newer + "}");
}

void refuse_mixture(const json::object& request, Names expressions, Names older_forms) {
    const std::string newer = present(request, expressions);
    if (newer.empty()) return;
    const std::string older = present(request, older_forms);
    if (!older.empty()) refuse_both(newer, older);
}

/// Says what Select and the attributes asked for have against each other; empty when nothing.
std::string selection_fault(const json::object& request) {
    const auto select = text_member(request, "Select");
    if (!select) return {};
    const bool has_expression = find_member(request, "ProjectionExpression") != nullptr;
    const bool has_attributes = find_member(request, "AttributesToGet") != nullptr;
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
    if (select == "ALL_PROJECTED_ATTRIBUTES" && find_member(request, "IndexName") == nullptr) {
        return "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName";
    }
    return {};
}

}  // namespace

void check_put_item(const json::object& request) {
    refuse_mixture(request, {"ConditionExpression"}, {"Expected", "ConditionalOperator"});
}

void check_delete_item(const json::object& request) {
    check_put_item(request);
}

void check_update_item(const json::object& request) {
    refuse_mixture(request, {"UpdateExpression", "ConditionExpression"},
                   {"AttributeUpdates", "Expected", "ConditionalOperator"});
}

void check_get_item(const json::object& request) {
    refuse_mixture(request, {"ProjectionExpression"}, {"AttributesToGet"});
}

// KeyConditions may stand beside the other expressions; AWS names it only where both forms of the key
// condition are there.
void check_query(const json::object& request) {
    const bool both_keys = find_member(request, "KeyConditionExpression") != nullptr;
    if (both_keys) {
        refuse_mixture(request, {"ProjectionExpression", "FilterExpression", "KeyConditionExpression"},
                       {"AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"});
    } else {
        refuse_mixture(request, {"ProjectionExpression", "FilterExpression"},
                       {"AttributesToGet", "QueryFilter", "ConditionalOperator"});
    }
}

void check_query_selection(const json::object& request) {
    const std::string fault = selection_fault(request);
    if (!fault.empty()) refuse("1 validation error detected: " + fault);
}

void check_scan(const json::object& request) {
    refuse_mixture(request, {"ProjectionExpression", "FilterExpression"},
                   {"AttributesToGet", "ScanFilter", "ConditionalOperator"});
}

// Unlike Query, Scan gives the fault without an envelope.
void check_scan_selection(const json::object& request) {
    const std::string fault = selection_fault(request);
    if (!fault.empty()) refuse(fault);
}

// The two forms exclude each other in the request as a whole, even where no table has both.
void check_batch_get_item(const json::object& request) {
    const json::object& tables = *object_member(request, "RequestItems");
    const auto any_has = [&tables](std::string_view member) {
        return std::ranges::any_of(tables, [member](const auto& table) {
            return !table.value().is_null() && find_member(table.value().get_object(), member) != nullptr;
        });
    };
    if (any_has("ProjectionExpression") && any_has("AttributesToGet")) {
        refuse_both("ProjectionExpression", "AttributesToGet");
    }
}

void check_batch_write_item(const json::object& request) {
    const json::object& tables = *object_member(request, "RequestItems");
    if (std::ranges::all_of(tables, [](const auto& table) { return table.value().is_null(); })) {
        refuse("The requestItems parameter is required for BatchWriteItem");
    }
    for (const auto& table : tables) {
        if (table.value().is_null()) continue;
        for (const json::value& each : table.value().get_array()) {
            const auto asks_for = [&each](std::string_view member) {
                return each.is_object() && find_member(each.get_object(), member) != nullptr;
            };
            if (asks_for("PutRequest") != asks_for("DeleteRequest")) continue;
            refuse(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
                "supported datatypes");
        }
    }
}

}  // namespace tailrace::validation
