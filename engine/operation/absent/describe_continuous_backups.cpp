#include "engine/operation/absent/continuous_backups.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"

namespace tailrace::operation {

std::string describe_continuous_backups(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    return context.database.read([&](table::ReadSession& session) {
        const table::Table& table = backed_up_table(session, request.at("TableName").as_string());
        ResponseBody body;
        body.member("ContinuousBackupsDescription", continuous_backups_json(table.definition, session.now()));
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
