#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/validation/request_member.hpp"

// Contributor Insights is enabled on no table.
namespace tailrace::operation {

std::string describe_contributor_insights(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    const auto index_name = validation::text_member(request, "IndexName");
    return context.database.read([&](table::ReadSession& session) {
        const table::TableDefinition& definition =
            session.described_table(request.at("TableName").as_string()).definition;
        const table::IndexDefinition* index = index_name ? definition.find_index(*index_name) : nullptr;
        if (index_name && (index == nullptr || !index->global)) {
            throw ApiError::resource_not_found(
                "Requested resource not found: Index: " + std::string(*index_name) +
                " not found for table: " + definition.name);
        }
        ResponseBody body;
        body.member("TableName", boost::json::value(definition.name));
        if (index != nullptr) body.member("IndexName", boost::json::value(index->name));
        body.member("ContributorInsightsStatus", boost::json::value("DISABLED"));
        return std::move(body).take();
    });
}

std::string list_contributor_insights(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    return context.database.read([&](table::ReadSession& session) -> std::string {
        if (const auto name = validation::text_member(request, "TableName")) session.described_table(*name);
        return R"({"ContributorInsightsSummaries":[]})";
    });
}

}  // namespace tailrace::operation
