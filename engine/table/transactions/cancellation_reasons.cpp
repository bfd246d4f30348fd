#include "engine/table/transactions/cancellation_reasons.hpp"

#include <algorithm>

#include "engine/model/attribute_json.hpp"

namespace tailrace::table {

CancellationReasons::CancellationReasons(std::size_t members, EmptyKey empty_key)
    : reasons_(members, boost::json::object{{"Code", "None"}}), empty_key_(empty_key) {}

void CancellationReasons::add(std::size_t member, const ApiError& error) {
    if (error.status() != 400) throw error;
    add(member, "ValidationError", error.message());
}

void CancellationReasons::add_refusal(std::size_t member, const ItemRefused& error) {
    const auto* const known = std::ranges::find(reason_codes, error.name(), &ReasonCode::error);
    if (known == reason_codes.end()) throw error;
    add(member, known->code, error.message());
}

void CancellationReasons::add(std::size_t member, std::string_view code, std::string_view message) {
    reasons_[member] = {{"Code", code}, {"Message", message}};
    any_ = true;
}

void CancellationReasons::add(std::size_t member, FailedCondition failure, const WriteDecision& decision) {
    if (failure == FailedCondition::duplicate_item) {
        return add(member, "DuplicateItem", ApiError(exceptions::duplicate_item).message());
    }
    add(member, "ConditionalCheckFailed", "The conditional request failed");
    if (failure == FailedCondition::with_item && decision.old_item) {
        reasons_[member].get_object()["Item"] = to_json_object(*decision.old_item);
    }
}

bool CancellationReasons::has(std::size_t member) const {
    return reasons_[member].at("Code") != "None";
}

void CancellationReasons::require_none() const {
    if (any_) throw ApiError::transaction_canceled(reasons_);
}

}  // namespace tailrace::table
