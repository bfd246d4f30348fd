#include "engine/operation/tables/table_tags.hpp"

#include <algorithm>

#include "engine/model/api_error.hpp"
#include "engine/operation/resource_arn.hpp"

namespace tailrace::operation {

const table::Table& tagged_table(const OperationContext& context, const table::ReadSession& session,
                                 const boost::json::object& request) {
    const std::string_view text = request.at("ResourceArn").as_string();
    const auto arn = ResourceArn::parse(text);
    // Streams may be named, and have no tags.
    const table::Table* table = arn && arn->kind.empty() ? session.find_table(arn->table) : nullptr;
    if (table != nullptr && table->definition.arn == text) return *table;
    if (arn && arn->account != context.options.account_id) throw ApiError::access_denied("Access is denied");
    if (table == nullptr) {
        throw ApiError::resource_not_found("Requested resource not found: ResourceArn: " + std::string(text) +
                                           " not found");
    }
    return *table;
}

boost::json::array::iterator find_tag(boost::json::array& tags, std::string_view key) {
    return std::ranges::find_if(
        tags, [&](const boost::json::value& tag) { return tag.at("Key").as_string() == key; });
}

}  // namespace tailrace::operation
