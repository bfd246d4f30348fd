#include "engine/operation/transactions/cancellation_reasons.hpp"

#include "engine/model/attribute_json.hpp"

namespace tailrace::operation {

std::string_view code_of(const ApiError& error) {
    return error.name() == "TransactionConflictException" ? "TransactionConflict" : "ValidationError";
}

CancellationReasons::CancellationReasons(std::size_t members)
    : reasons_(members, boost::json::object{{"Code", "None"}}) {}

void CancellationReasons::add_failed_condition(std::size_t member, const table::WriteDecision& decision,
                                               bool with_item) {
    add(member, "ConditionalCheckFailed", "The conditional request failed");
    if (with_item && decision.old_item) {
        reasons_[member].get_object()["Item"] = to_json_object(*decision.old_item);
    }
}

bool CancellationReasons::has(std::size_t member) const {
    return reasons_[member].at("Code") != "None";
}

void CancellationReasons::require_none() const {
    if (any_) throw ApiError::transaction_canceled(reasons_);
}

void CancellationReasons::add(std::size_t member, std::string_view code, std::string_view message) {
    reasons_[member] = {{"Code", code}, {"Message", message}};
    any_ = true;
}

}  // namespace tailrace::operation
