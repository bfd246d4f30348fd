#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/tables/table_tags.hpp"
#include "engine/validation/tag_rules.hpp"

namespace tailrace::operation {

// A table has at most fifty tags, which all fit one page, so NextToken is never returned and never accepted.
std::string list_tags_of_resource(OperationContext& context, const Request& request) {
    validation::check_resource_arn(request);
    const std::string_view resource_arn = *request.text("ResourceArn");
    const boost::json::array tags = context.read(
        [&](table::ReadSession& session) { return tagged_table(context, session, resource_arn).tags; });
    ResponseBody body;
    body.member("Tags", tags);
    return std::move(body).take();
}

}  // namespace tailrace::operation
