#include <algorithm>

#include "engine/model/api_error.hpp"
#include "engine/model/hold_budget.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/tables/index_updates.hpp"
#include "engine/operation/tables/shown_settings.hpp"
#include "engine/operation/tables/table_description.hpp"
#include "engine/operation/tables/table_lifecycle.hpp"
#include "engine/operation/tables/table_request.hpp"
#include "engine/operation/tables/throughput_updates.hpp"
#include "engine/table/changes/stream_lifecycle.hpp"
#include "engine/table/items/discarded_spaces.hpp"
#include "engine/table/items/index_builder.hpp"

namespace tailrace::operation {
namespace {

void update_stream(const RequestedStream& wanted, TableUpdate& update, std::size_t shards) {
    table::TableDefinition& definition = update.definition;
    if (wanted.enabled) {
        if (definition.streams()) {
            throw ApiError::validation("Table already has an enabled stream: TableName: " + definition.name);
        }
        definition.stream = new_stream(update.session, definition, wanted.view_type, shards);
        return;
    }
    if (!definition.streams()) {
        throw ApiError::validation("Table has no stream to disable: TableName: " + definition.name);
    }
    definition.stream->enabled = false;
    table::close_stream(update.session, definition.stream->arn);
}

/// AWS makes some changes immediately. Others take time. During some of those the table stays ACTIVE, and
/// only the changed settings or indexes are UPDATING.
table::Transition begin_update(const OperationContext& context, const UpdateTableRequest& request,
                               Timestamp now) {
    const RequestedSettings& settings = request.settings;
    auto transition = begin_transition(context, table::Transition::Kind::updating, now);
    transition.leaves_table_active =
        std::ranges::none_of(request.index_updates, &IndexUpdate::creates_or_removes) &&
        !settings.capacity.provisioned && !settings.billing_mode && !settings.stream && !settings.table_class;
    const bool takes_time = !transition.leaves_table_active || !request.index_updates.empty() ||
                            settings.encryption || settings.capacity.warm;
    if (!takes_time) transition.until = now;
    return transition;
}

/// Carries out the request, except for the part of a new index that is still to be filled. Returns the table
/// at that time.
DescribedTable begin_change(const OperationContext& context, const UpdateTableRequest& request,
                            table::WriteSession& session, const SliceLimits& limits) {
    const RequestedSettings& settings = request.settings;
    const table::TableDefinition& table = session.settled_table(request.table_name);
    TableUpdate update{.session = session,
                       .definition = table,
                       .counts = session.counts(table),
                       .slice = TimeSlice(limits),
                       .limits_decreases = context.options.limits_decreases};
    forget_earlier_decreases(update.definition, session.now());
    update.definition.transition = begin_update(context, request, session.now());
    const table::BillingMode billing_before = update.definition.billing_mode;
    update_billing(request, update.definition, {session.now(), update.limits_decreases});
    update_indexes(request, update);
    // A different billing mode is shown immediately, with its units.
    if (update.definition.billing_mode != billing_before) {
        update.definition.transition->shown_of_table.clear();
        update.definition.transition->shown_of_indexes.clear();
    }
    if (settings.stream) update_stream(*settings.stream, update, context.options.shards);
    if (settings.deletion_protection) update.definition.deletion_protection = *settings.deletion_protection;
    update_shown_settings(settings, update.definition, session.now());
    DescribedTable changed{update.definition, update.counts};
    session.save_table(std::move(update.definition), std::move(update.counts));
    return changed;
}

/// Removes a new index that cannot be filled, because a request that fails must leave nothing behind.
void undo_index(table::Database& database, const table::TableDefinition& changed) {
    database.write([&](table::WriteSession& session) {
        const table::TableDefinition* table = session.find_table(changed.name);
        const auto* index = table != nullptr ? table->backfilling_index() : nullptr;
        if (index == nullptr || index->space != changed.backfilling_index()->space) return;
        TableUpdate update{
            .session = session, .definition = *table, .counts = session.counts(*table), .slice = TimeSlice()};
        remove_index(update, std::string(index->name));
        session.save_table(std::move(update.definition), std::move(update.counts));
    });
}

/// Fills the new index completely. Then copies the new counts into `changed`, unless the creation of the
/// index was cancelled.
void finish_index(const OperationContext& context, DescribedTable& changed) {
    try {
        table::finish_backfill(context.database, changed.definition.id, context.options.slice);
    } catch (...) {
        undo_index(context.database, changed.definition);
        throw;
    }
    context.read([&](table::ReadSession& session) {
        const table::TableDefinition* table = session.find_table(changed.definition.name);
        if (table == nullptr) return;
        const table::Counts& counts = session.counts(*table);
        if (counts.size() == changed.counts.size()) changed.counts = counts;
    });
}

}  // namespace

std::string update_table(OperationContext& context, const Request& request) {
    const auto update = UpdateTableRequest::read(request);
    HoldBudget budget(context.options.slice);
    DescribedTable changed =
        context.database.write_slice(budget, [&](table::WriteSession& session, const SliceLimits& limits) {
            return begin_change(context, update, session, limits);
        });
    // An index that another request has created is finished by that request.
    const table::IndexDefinition* index = changed.definition.backfilling_index();
    if (index != nullptr && index->name == changed.definition.transition->created_index) {
        finish_index(context, changed);
    }
    table::try_to_clear_discarded_spaces(context.database, context.options.slice);
    ResponseBody body;
    body.member("TableDescription", describe(changed));
    return std::move(body).take();
}

}  // namespace tailrace::operation
