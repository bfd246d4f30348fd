#include <algorithm>

#include "engine/expression/key_condition.hpp"
#include "engine/model/api_error.hpp"
#include "engine/operation/legacy_parameters.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/queries/range_answer.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/table/ranges/key_range.hpp"
#include "engine/table/ranges/start_key.hpp"
#include "engine/validation/parameter_rules.hpp"

namespace tailrace::operation {
namespace {

/// The maximum number of attributes in a table's key and in a global index's key.
constexpr std::size_t max_table_key_size = 2;
constexpr std::size_t max_index_key_size = 8;

struct QueryRequest {
    RangeParameters parameters;
    expression::KeyCondition condition;
    /// The name of the filter parameter in messages.
    std::string_view filter_name;
    table::Direction direction;
};

void require_key_condition(const Request& request) {
    if (request.has("KeyConditionExpression") || request.has("KeyConditions")) return;
    throw ApiError::validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
}

expression::KeyCondition read_key_condition(const Request& request, expression::Placeholders& placeholders) {
    if (auto lowered = lower_key_conditions(request)) return *std::move(lowered);
    return expression::KeyCondition::parse(*request.text("KeyConditionExpression"), placeholders);
}

QueryRequest read_query(const Request& request) {
    validation::check_query_selection(request);
    RangeParameters parameters;
    parameters.filter = lower_filter(request, "QueryFilter");
    parameters.projection = lower_attributes_to_get(request);
    read_range_parameters(request, parameters);
    require_key_condition(request);
    auto placeholders = expression::Placeholders::read(request);
    const auto given = read_key_condition(request, placeholders);
    read_range_expressions(request, placeholders, parameters);
    placeholders.require_all_used();
    std::vector<expression::KeyComparison> comparisons = given.comparisons();
    if (request.has("KeyConditions")) {
        expression::check_comparison_count(
            comparisons, parameters.index_name.empty() ? max_table_key_size : max_index_key_size);
    }
    const bool forward = request.flag("ScanIndexForward").value_or(true);
    return {.parameters = std::move(parameters),
            .condition = expression::KeyCondition(std::move(comparisons)),
            .filter_name = request.has("FilterExpression") ? "Filter Expression" : "QueryFilter",
            .direction = forward ? table::Direction::forward : table::Direction::backward};
}

/// A filter must not use the key attributes of the table or index that is queried: they belong in the key
/// condition.
void check_filter(const table::KeySchema& keys, const QueryRequest& query) {
    if (!query.parameters.filter) return;
    const auto names = query.parameters.filter->attribute_names();
    for (const table::KeyAttribute& each : keys.attributes) {
        if (std::ranges::find(names, each.name) == names.end()) continue;
        throw ApiError::validation(
            std::string(query.filter_name) +
            " can only contain non-primary key attributes: Primary key attribute: " + each.name);
    }
}

/// Sets the range that the key condition selects, from the starting key on. The checks are in AWS's order.
/// Returns the last row key of the range, or an empty string if it is unknown.
std::string read_range(table::RangeRequest& read, const QueryRequest& query) {
    const std::optional<AttributeMap>& start = query.parameters.start;
    const table::TableDefinition& definition = read.table;
    const table::KeySchema& keys = read.index != nullptr ? read.index->keys : definition.keys;
    if (start) table::check_start_partition(definition, read.index, *start);
    table::PartitionRange range = table::partition_range(keys, query.condition);
    const bool forward = read.direction == table::Direction::forward;
    std::string end;
    if (read.index == nullptr) end = forward ? range.last_key : range.first_key;
    if (start) {
        table::check_start_sort(definition, read.index, *start);
        table::check_start_table_key(definition, read.index, *start);
        table::check_start_inside(range, keys, *start);
        table::check_start_before_end(end, keys, *start);
        read.after = table::start_row_key(definition, read.index, *start);
    }
    read.range = std::move(range.rows);
    return end;
}

/// True if no row can follow the page's last one, so that there is no next page.
bool ends_at(const table::Page& page, const std::string& end, const table::TableDefinition& definition) {
    return page.last_evaluated_key && !end.empty() &&
           table::base_row_key(definition, *page.last_evaluated_key) == end;
}

}  // namespace

std::string query(OperationContext& context, const Request& request) {
    const QueryRequest query = read_query(request);
    const RangeParameters& parameters = query.parameters;

    const RangeResult result = context.read_rows([&](table::ReadSession& session) {
        const table::TableDefinition& table = session.table(parameters.table_name);
        const table::IndexDefinition* index = find_index(table, parameters, session.now());
        table::RangeRequest read{table, index};
        read.direction = query.direction;
        const std::string end = read_range(read, query);
        check_projected_paths(table, parameters);
        check_filter(index != nullptr ? index->keys : table.keys, query);
        select_attributes(read, parameters);
        check_filtered_paths(table, parameters);
        RangeResult found = read_page(session, read, parameters);
        if (ends_at(found.page, end, table)) found.page.last_evaluated_key.reset();
        return found;
    });
    return range_answer(context, result, parameters);
}

}  // namespace tailrace::operation
