#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/resource_arn.hpp"
#include "engine/validation/tag_rules.hpp"

namespace tailrace::operation {
namespace {

/// Checks that the table exists, and the stream too if the ARN names a stream.
void check_resource(const table::ReadSession& session, const std::string& text, const ResourceArn& arn) {
    const table::TableDefinition& table = session.described_table(arn.table);
    if (arn.kind.empty() || session.catalogue().streams.contains(text)) return;
    throw ApiError::resource_not_found("Requested resource not found: Stream: " + std::string(arn.id) +
                                       " not found for Table: " + table.name);
}

}  // namespace

// No resource has a policy: everybody may do everything.
std::string get_resource_policy(OperationContext& context, const Request& request) {
    validation::check_resource_arn(request);
    const std::string text(*request.text("ResourceArn"));
    const auto arn = ResourceArn::parse(text);
    if (!arn) {
        throw ApiError::validation("One or more parameter values were invalid: Invalid resource Arn: " +
                                   text);
    }
    if (arn->account != context.options.account_id) {
        throw ApiError::validation(
            "This action is only supported by accounts that match the resource owner\u2019s account.");
    }
    context.read([&](table::ReadSession& session) { check_resource(session, text, *arn); });
    throw ApiError(exceptions::policy_not_found,
                   "Resource-based policy not found for the provided ResourceArn: " + text);
}

}  // namespace tailrace::operation
