#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/tables/table_description.hpp"

namespace tailrace::operation {

std::string describe_table(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    return context.database.read([&](table::ReadSession& session) {
        const table::Table& table = session.described_table(request.at("TableName").as_string());
        ResponseBody body;
        body.member("Table", describe(table.definition, session.counts(table),
                                      table.definition.transition_at(session.now())));
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
