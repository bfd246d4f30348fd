#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/tables/table_description.hpp"
#include "engine/operation/tables/table_lifecycle.hpp"
#include "engine/operation/tables/throughput_updates.hpp"
#include "engine/table/changes/stream_lifecycle.hpp"
#include "engine/table/items/discarded_spaces.hpp"

namespace tailrace::operation {
namespace {

/// The description of a table that is being deleted. It is shorter than the one of DescribeTable: AWS leaves
/// out the attributes, the key, the creation time, the warm throughput and the indexes.
boost::json::object description(const DescribedTable& deleted) {
    boost::json::object shown = describe(deleted);
    for (const std::string_view member :
         {"AttributeDefinitions", "KeySchema", "CreationDateTime", "WarmThroughput", "LocalSecondaryIndexes",
          "GlobalSecondaryIndexes"}) {
        shown.erase(member);
    }
    return shown;
}

void check_may_be_deleted(const table::TableDefinition& definition) {
    if (definition.backfilling_index() != nullptr) {
        throw ApiError(
            exceptions::resource_in_use,
            "Attempt to change a resource which is still in use: Cannot delete table while indexes are "
            "being created, updated, or deleted.");
    }
    if (definition.deletion_protection) {
        throw ApiError::validation(
            "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
            "protection first.");
    }
}

}  // namespace

std::string delete_table(OperationContext& context, const Request& request) {
    const std::string_view table_name = request.table_name();
    const DescribedTable deleted = context.write([&](table::WriteSession& session) {
        const table::TableDefinition& table = session.settled_table(table_name);
        check_may_be_deleted(table);
        DescribedTable shown{table, session.counts(table)};
        forget_earlier_decreases(shown.definition, session.now());
        shown.definition.transition =
            begin_transition(context, table::Transition::Kind::deleting, session.now());
        table::TableDefinition definition = shown.definition;
        if (definition.streams()) {
            table::close_stream(session, definition.stream->arn);
            definition.stream->enabled = false;
        }
        if (definition.gone_at(session.now())) {
            session.remove_table(definition.name);
        } else {
            session.save_table(std::move(definition));
        }
        return shown;
    });
    table::try_to_clear_discarded_spaces(context.database, context.options.slice);

    ResponseBody body;
    body.member("TableDescription", description(deleted));
    return std::move(body).take();
}

}  // namespace tailrace::operation
