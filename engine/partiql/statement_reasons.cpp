#include "engine/partiql/statement_reasons.hpp"

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"

namespace tailrace::partiql {

StatementReasons::StatementReasons(std::size_t statements)
    : reasons_(statements, boost::json::object{{"Code", "None"}}) {}

void StatementReasons::add(std::size_t place, std::string_view code, std::string_view message) {
    reasons_[place] = {{"Code", code}, {"Message", message}};
    any_ = true;
}

void StatementReasons::show_item(std::size_t place, const table::WriteDecision& decision) {
    if (decision.old_item) reasons_[place].get_object()["Item"] = to_json_object(*decision.old_item);
}

void StatementReasons::require_none() const {
    if (any_) throw ApiError::transaction_canceled(reasons_);
}

}  // namespace tailrace::partiql
