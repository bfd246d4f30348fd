#include "engine/model/api_error.hpp"
#include "engine/operation/index_updates.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/shown_settings.hpp"
#include "engine/operation/table_settings.hpp"
#include "engine/operation/throughput_updates.hpp"
#include "engine/table/stream_lifecycle.hpp"
#include "engine/validation/request_member.hpp"
#include "engine/validation/table_rules.hpp"

namespace tailrace::operation {
namespace {

void update_stream(const boost::json::object& request, TableUpdate& update, std::size_t shards) {
    const auto* specification = validation::object_member(request, "StreamSpecification");
    if (specification == nullptr) return;
    table::TableDefinition& definition = update.definition;
    if (enables_stream(specification)) {
        if (definition.streams()) {
            throw ApiError::validation("Table already has an enabled stream: TableName: " + definition.name);
        }
        definition.stream = new_stream(update.session, definition, *specification, shards);
        return;
    }
    if (!definition.streams()) {
        throw ApiError::validation("Table has no stream to disable: TableName: " + definition.name);
    }
    definition.stream->enabled = false;
    table::close_stream(update.session, definition.stream->arn);
}

}  // namespace

std::string update_table(OperationContext& context, const boost::json::object& request) {
    validation::check_update_table(request);
    return context.database.write([&](table::WriteSession& session) {
        const table::Table& table = session.settled_table(request.at("TableName").as_string());
        TableUpdate update{session, table.definition, table.counts};
        update.definition.transition =
            begin_transition(context, table::Transition::Kind::updating, session.now());
        const table::BillingMode billing_before = update.definition.billing_mode;
        update_billing(request, update.definition, session.now());
        update_indexes(request, update);
        // Another billing mode is shown at once, with its units.
        if (update.definition.billing_mode != billing_before) {
            update.definition.transition->old_throughput.clear();
        }
        update_stream(request, update, context.options.shards);
        if (const auto wanted = validation::boolean_member(request, "DeletionProtectionEnabled")) {
            update.definition.deletion_protection = *wanted;
        }
        update_shown_settings(request, update.definition, session.now());
        ResponseBody body;
        body.member("TableDescription",
                    table::describe(update.definition, update.counts, &*update.definition.transition));
        session.save_table(std::move(update.definition), std::move(update.counts));
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
