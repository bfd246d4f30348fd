#include "engine/operation/tables/table_tags.hpp"

#include <algorithm>

#include "engine/model/api_error.hpp"
#include "engine/operation/resource_arn.hpp"

namespace tailrace::operation {

std::vector<Tag> read_tags(const Request& request) {
    const auto* list = request.list("Tags");
    if (list == nullptr) return {};
    std::vector<Tag> tags;
    tags.reserve(list->size());
    for (const auto& each : *list) {
        const Request tag = request.element(each);
        tags.push_back({*tag.text("Key"), *tag.text("Value")});
    }
    return tags;
}

boost::json::object tag_json(const Tag& tag) {
    return {{"Key", tag.key}, {"Value", tag.value}};
}

const table::TableDefinition& tagged_table(const OperationContext& context, const table::ReadSession& session,
                                           std::string_view resource_arn) {
    const auto arn = ResourceArn::parse(resource_arn);
    // Streams may be named, but have no tags.
    const table::TableDefinition* table = arn && arn->kind.empty() ? session.find_table(arn->table) : nullptr;
    if (table != nullptr && table->arn == resource_arn) return *table;
    if (arn && arn->account != context.options.account_id)
        throw ApiError(exceptions::access_denied, "Access is denied");
    if (table == nullptr) {
        throw ApiError::resource_not_found(
            "Requested resource not found: ResourceArn: " + std::string(resource_arn) + " not found");
    }
    return *table;
}

boost::json::array::iterator find_tag(boost::json::array& tags, std::string_view key) {
    return std::ranges::find_if(
        tags, [&](const boost::json::value& tag) { return tag.at("Key").as_string() == key; });
}

}  // namespace tailrace::operation
