#include "engine/operation/queries/range_answer.hpp"

#include "engine/model/attribute_json.hpp"
#include "engine/model/value_fault.hpp"
#include "engine/operation/consumed_capacity.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/ranges/index_reads.hpp"

namespace tailrace::operation {
namespace {

/// True if each row's item must be read from the table, because the index lacks something that is selected.
/// Source: API_Query, Select.
bool fetches_items(const table::TableDefinition& definition, const table::IndexDefinition& index,
                   const RangeParameters& parameters) {
    if (parameters.select == "ALL_ATTRIBUTES" && index.projection != table::ProjectionType::all) {
        if (index.global) {
            throw ApiError::validation(
                "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for "
                "global "
                "secondary index " +
                index.name + " because its projection type is not ALL");
        }
        return true;
    }
    if (!parameters.projection) return false;
    return table::must_fetch(
        index, table::not_projected(definition, index, parameters.projection->attribute_names()));
}

/// AWS begins the message with the name of the parameter, except for faults of numbers, sets of numbers and
/// duplicates.
AttributeMap read_start_key(const Request& request) {
    try {
        return request.attributes("ExclusiveStartKey");
    } catch (const ValueFault&) {
        throw;
    } catch (const ApiError& error) {
        throw ApiError::validation("The provided starting key is invalid: " + error.message());
    }
}

}  // namespace

void read_range_parameters(const Request& request, RangeParameters& parameters) {
    if (request.has("ExclusiveStartKey")) parameters.start = read_start_key(request);
    if (const auto limit = request.integer("Limit")) parameters.limit = static_cast<std::size_t>(*limit);
    parameters.table_name = request.table_name();
    parameters.index_name = request.text("IndexName").value_or("");
    parameters.select = request.text("Select").value_or("");
    parameters.consistent = request.flag("ConsistentRead").value_or(false);
    parameters.wanted_capacity = read_return_consumed_capacity(request);
}

void read_range_expressions(const Request& request, expression::Placeholders& placeholders,
                            RangeParameters& parameters) {
    if (const auto text = request.text("FilterExpression")) {
        parameters.filter =
            expression::Condition::parse(*text, expression::ExpressionKind::filter, placeholders);
    }
    if (const auto text = request.text("ProjectionExpression")) {
        parameters.projection = expression::Projection::parse(*text, placeholders);
    }
}

const table::IndexDefinition* find_index(const table::TableDefinition& definition,
                                         const RangeParameters& parameters, Timestamp now) {
    if (parameters.index_name.empty()) return nullptr;
    const table::IndexDefinition* index = definition.find_index(parameters.index_name);
    if (index == nullptr) {
        throw ApiError::validation("The table does not have the specified index: " +
                                   std::string(parameters.index_name));
    }
    table::require_created(definition, *index, now);
    if (index->global && parameters.consistent) {
        throw ApiError::validation("Consistent reads are not supported on global secondary indexes");
    }
    return index;
}

void select_attributes(table::RangeRequest& read, const RangeParameters& parameters) {
    read.limit = parameters.limit;
    read.filter = parameters.filter ? &*parameters.filter : nullptr;
    read.projection = parameters.projection ? &*parameters.projection : nullptr;
    read.counts_only = parameters.counts_only();
    read.consistency = parameters.consistent ? table::Consistency::strong : table::Consistency::eventual;
    read.fetches_items = read.index != nullptr && fetches_items(read.table, *read.index, parameters);
}

void check_projected_paths(const table::TableDefinition& definition, const RangeParameters& parameters) {
    if (!parameters.projection) return;
    table::check_key_paths(definition, parameters.projection->nested_attribute_names());
}

void check_filtered_paths(const table::TableDefinition& definition, const RangeParameters& parameters) {
    if (parameters.filter) table::check_key_paths(definition, parameters.filter->nested_attribute_names());
}

RangeResult read_page(table::ReadSession& session, const table::RangeRequest& read,
                      const RangeParameters& parameters) {
    RangeResult result{table::RangeReader(session).read(read)};
    result.consumed = consumed_capacity(read.table, result.page.capacity, parameters.wanted_capacity);
    return result;
}

std::string range_answer(OperationContext& context, const RangeResult& result,
                         const RangeParameters& parameters) {
    const table::Page& page = result.page;
    context.cost.capacity_units = page.capacity.total();
    context.cost.items_read = page.scanned_count;
    context.cost.items_returned = parameters.counts_only() ? 0 : page.count;
    ResponseBody body;
    body.reserve(page.items_json.size() + 256);
    if (!parameters.counts_only()) body.list("Items", page.items_json);
    body.member("Count", std::to_string(page.count));
    body.member("ScannedCount", std::to_string(page.scanned_count));
    if (page.last_evaluated_key) body.member("LastEvaluatedKey", to_json(*page.last_evaluated_key));
    if (result.consumed) body.member("ConsumedCapacity", *result.consumed);
    return std::move(body).take();
}

}  // namespace tailrace::operation
