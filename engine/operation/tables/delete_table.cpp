#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/tables/table_description.hpp"
#include "engine/operation/tables/table_settings.hpp"
#include "engine/table/changes/stream_lifecycle.hpp"
#include "engine/table/items/discarded_spaces.hpp"

namespace tailrace::operation {
namespace {

/// AWS says less of a table that goes than DescribeTable does: not what it and its indexes look like.
boost::json::object description(const table::TableDefinition& definition, const table::Counts& counts) {
    boost::json::object shown = describe(definition, counts, &*definition.transition);
    for (const std::string_view member : {"AttributeDefinitions", "KeySchema", "CreationDateTime",
                                          "LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
        shown.erase(member);
    }
    return shown;
}

}  // namespace

std::string delete_table(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    std::string answer = context.database.write([&](table::WriteSession& session) {
        const table::Table& table = session.settled_table(request.at("TableName").as_string());
        if (table.definition.backfilling_index() != nullptr) {
            throw ApiError::resource_in_use(
                "Attempt to change a resource which is still in use: Cannot delete table while indexes are "
                "being created, updated, or deleted.");
        }
        table::TableDefinition definition = table.definition;
        if (definition.deletion_protection) {
            throw ApiError::validation(
                "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
                "protection first.");
        }
        definition.transition = begin_transition(context, table::Transition::Kind::deleting, session.now());
        ResponseBody body;
        body.member("TableDescription", description(definition, session.counts(table)));
        if (definition.streams()) {
            table::close_stream(session, definition.stream->arn);
            definition.stream->enabled = false;
        }
        if (definition.gone_at(session.now())) {
            session.remove_table(definition.name);
        } else {
            session.save_table(std::move(definition));
        }
        return std::move(body).take();
    });
    table::try_to_clear_discarded_spaces(context.database, context.options.slice);
    return answer;
}

}  // namespace tailrace::operation
