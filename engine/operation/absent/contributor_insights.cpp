#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"

// Contributor Insights is not enabled for any table.
namespace tailrace::operation {
namespace {

struct ContributorInsightsRequest {
    std::string_view table_name;
    std::optional<std::string_view> index_name;
};

void check_index(const table::TableDefinition& definition, std::string_view name) {
    const table::IndexDefinition* index = definition.find_index(name);
    if (index != nullptr && index->global) return;
    throw ApiError::resource_not_found("Requested resource not found: Index: " + std::string(name) +
                                       " not found for table: " + definition.name);
}

}  // namespace

std::string describe_contributor_insights(OperationContext& context, const Request& request) {
    const ContributorInsightsRequest wanted{request.table_name(), request.text("IndexName")};

    const std::string table_name = context.read([&](table::ReadSession& session) {
        const table::TableDefinition& definition = session.described_table(wanted.table_name);
        if (wanted.index_name) check_index(definition, *wanted.index_name);
        return definition.name;
    });

    ResponseBody body;
    body.member("TableName", boost::json::value(table_name));
    if (wanted.index_name) body.member("IndexName", boost::json::value(*wanted.index_name));
    body.member("ContributorInsightsStatus", boost::json::value("DISABLED"));
    return std::move(body).take();
}

std::string list_contributor_insights(OperationContext& context, const Request& request) {
    if (const auto name = request.text("TableName")) {
        context.read([&](table::ReadSession& session) { session.described_table(*name); });
    }
    return R"({"ContributorInsightsSummaries":[]})";
}

}  // namespace tailrace::operation
