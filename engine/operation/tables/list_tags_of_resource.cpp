#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/tables/table_tags.hpp"
#include "engine/validation/tag_rules.hpp"

namespace tailrace::operation {

// All of a table's tags, of which there are at most fifty, are one page; so there is no NextToken to give out
// and none to go on from.
std::string list_tags_of_resource(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    validation::check_list_tags_of_resource(request);
    return context.database.read([&](table::ReadSession& session) {
        ResponseBody body;
        body.member("Tags", tagged_table(context, session, request).definition.tags);
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
