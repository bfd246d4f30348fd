#include <algorithm>
#include <initializer_list>

#include "engine/model/api_error.hpp"
#include "engine/model/hold_budget.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/tables/index_updates.hpp"
#include "engine/operation/tables/shown_settings.hpp"
#include "engine/operation/tables/table_description.hpp"
#include "engine/operation/tables/table_settings.hpp"
#include "engine/operation/tables/throughput_updates.hpp"
#include "engine/table/changes/stream_lifecycle.hpp"
#include "engine/table/items/discarded_spaces.hpp"
#include "engine/table/items/index_builder.hpp"
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

bool changes_any(const boost::json::object& request, std::initializer_list<std::string_view> members) {
    return std::any_of(members.begin(), members.end(), [&](std::string_view member) {
        return validation::find_member(request, member) != nullptr;
    });
}

bool makes_or_removes_index(const boost::json::object& request) {
    const auto* updates = validation::list_member(request, "GlobalSecondaryIndexUpdates");
    return updates != nullptr && std::any_of(updates->begin(), updates->end(), [](const auto& each) {
               return each.is_object() && validation::find_member(each.get_object(), "Update") == nullptr;
           });
}

/// AWS changes some settings at once, and others in a time in which only they, or the indexes they are of,
/// are UPDATING.
table::Transition begin_update(const OperationContext& context, const boost::json::object& request,
                               Timestamp now) {
    auto transition = begin_transition(context, table::Transition::Kind::updating, now);
    transition.leaves_table_active =
        !makes_or_removes_index(request) &&
        !changes_any(request, {"ProvisionedThroughput", "BillingMode", "StreamSpecification", "TableClass"});
    const bool takes_time =
        !transition.leaves_table_active ||
        changes_any(request, {"GlobalSecondaryIndexUpdates", "SSESpecification", "WarmThroughput"});
    if (!takes_time) transition.until = now;
    return transition;
}

/// A table as a change leaves it.
struct ChangedTable {
    table::TableDefinition definition;
    table::Counts counts;
};

/// Carries out the request but for what is left to fill of a new index. Returns the table as it is then.
ChangedTable begin_change(const OperationContext& context, const boost::json::object& request,
                          table::WriteSession& session, const SliceLimits& limits) {
    const table::Table& table = session.settled_table(request.at("TableName").as_string());
    TableUpdate update{session, table.definition, session.counts(table), TimeSlice(limits)};
    update.definition.transition = begin_update(context, request, session.now());
    const table::BillingMode billing_before = update.definition.billing_mode;
    update_billing(request, update.definition, session.now());
    update_indexes(request, update);
    // Another billing mode is shown at once, with its units.
    if (update.definition.billing_mode != billing_before) {
        update.definition.transition->shown_of_table.clear();
        update.definition.transition->shown_of_indexes.clear();
    }
    update_stream(request, update, context.options.shards);
    if (const auto wanted = validation::boolean_member(request, "DeletionProtectionEnabled")) {
        update.definition.deletion_protection = *wanted;
    }
    update_shown_settings(request, update.definition, session.now());
    ChangedTable changed{update.definition, update.counts};
    session.save_table(std::move(update.definition), std::move(update.counts));
    return changed;
}

/// Takes a new index back that cannot be filled: a request that fails leaves nothing behind.
void take_back(table::Database& database, const table::TableDefinition& changed) {
    database.write([&](table::WriteSession& session) {
        const table::Table* table = session.find_table(changed.name);
        const auto* index = table != nullptr ? table->definition.backfilling_index() : nullptr;
        if (index == nullptr || index->space != changed.backfilling_index()->space) return;
        TableUpdate update{session, table->definition, session.counts(*table), TimeSlice()};
        remove_index(update, std::string(index->name));
        session.save_table(std::move(update.definition), std::move(update.counts));
    });
}

/// Fills the new index to its end. Its counts are then those of `changed`, unless it was called off.
void finish_index(const OperationContext& context, ChangedTable& changed) {
    try {
        table::finish_backfill(context.database, changed.definition.id, context.options.slice);
    } catch (...) {
        take_back(context.database, changed.definition);
        throw;
    }
    context.database.read([&](table::ReadSession& session) {
        const table::Table* table = session.find_table(changed.definition.name);
        if (table == nullptr) return;
        const table::Counts& counts = session.counts(*table);
        if (counts.size() == changed.counts.size()) changed.counts = counts;
    });
}

}  // namespace

std::string update_table(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    validation::check_update_table(request);
    HoldBudget budget(context.options.slice);
    ChangedTable changed =
        context.database.write_slice(budget, [&](table::WriteSession& session, const SliceLimits& limits) {
            return begin_change(context, request, session, limits);
        });
    // An index that another request has begun is that request's to finish.
    const table::IndexDefinition* index = changed.definition.backfilling_index();
    if (index != nullptr && index->name == changed.definition.transition->created_index) {
        finish_index(context, changed);
    }
    table::try_to_clear_discarded_spaces(context.database, context.options.slice);
    ResponseBody body;
    body.member("TableDescription",
                describe(changed.definition, changed.counts, &*changed.definition.transition));
    return std::move(body).take();
}

}  // namespace tailrace::operation
