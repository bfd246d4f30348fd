#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/table/stream_lifecycle.hpp"

namespace tailrace::operation {

std::string delete_table(OperationContext& context, const boost::json::object& request) {
    return context.database.write([&](table::WriteSession& session) {
        const table::Table& table = session.described_table(request.at("TableName").as_string());
        const table::TableDefinition definition = table.definition;
        if (definition.deletion_protection) {
            throw ApiError::validation(
                "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
                "protection first.");
        }
        ResponseBody body;
        body.member("TableDescription", table::describe(definition, table.counts, "DELETING"));
        if (definition.streams()) table::close_stream(session, definition.stream->arn);
        session.remove_table(definition.name);
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
