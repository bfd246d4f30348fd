#include "engine/partiql/request_options.hpp"

#include "engine/model/attribute_json.hpp"

namespace tailrace::partiql {

std::optional<std::string_view> text_member(const boost::json::object& request, std::string_view name) {
    const auto* member = request.if_contains(name);
    if (member == nullptr || !member->is_string()) return std::nullopt;
    return std::string_view(member->get_string());
}

std::optional<std::size_t> read_limit(const boost::json::object& request) {
    const auto* limit = request.if_contains("Limit");
    if (limit == nullptr || !limit->is_number()) return std::nullopt;
    return static_cast<std::size_t>(integer_of(*limit));
}

table::Consistency read_consistency(const boost::json::object& request) {
    const auto* consistent = request.if_contains("ConsistentRead");
    const bool is_strong = consistent != nullptr && parse_boolean(*consistent).value_or(false);
    return is_strong ? table::Consistency::strong : table::Consistency::eventual;
}

bool returns_failed_item(const boost::json::object& request) {
    return text_member(request, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
}

}  // namespace tailrace::partiql
