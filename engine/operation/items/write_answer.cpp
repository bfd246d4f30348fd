#include "engine/operation/items/write_answer.hpp"

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/operation/consumed_capacity.hpp"
#include "engine/operation/items/item_collection_metrics.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/table/items/row_key.hpp"

namespace tailrace::operation {

namespace {

std::string json_unless_empty(const AttributeMap& attributes) {
    return attributes.empty() ? std::string() : to_json(attributes);
}

}  // namespace

WrittenItem write_item(table::WriteSession& session, const table::TableDefinition& table,
                       const AttributeMap& key, const ItemWrite& write) {
    WrittenItem written{
        table::ItemWriter(session).write({.table = table,
                                          .row_key = table::base_row_key(table, key),
                                          .step = &write.step,
                                          .condition = write.condition ? &*write.condition : nullptr,
                                          .is_only = true})};
    require_condition_held(written.outcome, write.report.failed_item);
    written.consumed = consumed_capacity(table, written.outcome.capacity, write.report.capacity);
    if (write.report.metrics && table.has_local_indexes()) {
        written.metrics = item_collection_metrics(table, key);
    }
    return written;
}

void require_condition_held(const table::WriteOutcome& outcome, bool shows_item) {
    if (outcome.condition_held) return;
    throw ApiError::conditional_check_failed(shows_item ? old_item_json(outcome) : std::string_view());
}

std::string_view old_item_json(const table::WriteOutcome& outcome) {
    return outcome.old_stored ? std::string_view(outcome.old_stored->bytes) : std::string_view();
}

std::string returned_attributes(ReturnValues wanted, const table::WriteOutcome& outcome,
                                const std::optional<expression::Update>& update) {
    const auto touched = [&](const AttributeMap& item) {
        return update ? json_unless_empty(update->touched(item)) : std::string();
    };
    switch (wanted) {
        case ReturnValues::none:
            return {};
        case ReturnValues::all_old:
            return std::string(old_item_json(outcome));
        case ReturnValues::updated_old:
            return outcome.old_item ? touched(*outcome.old_item) : std::string();
        case ReturnValues::all_new:
            return outcome.new_image ? outcome.new_image->json : std::string();
        case ReturnValues::updated_new:
            return outcome.new_image ? touched(outcome.new_image->item) : std::string();
    }
    return {};
}

std::string write_answer(OperationContext& context, const WrittenItem& written,
                         std::string_view attributes_json) {
    context.cost.capacity_units = written.outcome.capacity.total();
    context.cost.items_written = 1;
    ResponseBody body;
    if (!attributes_json.empty()) {
        context.cost.items_returned = 1;
        body.member("Attributes", attributes_json);
    }
    if (written.consumed) body.member("ConsumedCapacity", *written.consumed);
    if (written.metrics) body.member("ItemCollectionMetrics", *written.metrics);
    return std::move(body).take();
}

}  // namespace tailrace::operation
