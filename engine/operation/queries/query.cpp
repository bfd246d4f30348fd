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
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

constexpr std::array<std::string_view, 3> expressions = {"FilterExpression", "ProjectionExpression",
                                                         "KeyConditionExpression"};

/// A table's key, and that of a global index, have as many attributes at the most.
constexpr std::size_t max_table_key_size = 2;
constexpr std::size_t max_index_key_size = 8;

expression::KeyCondition read_key_condition(const boost::json::object& request,
                                            expression::Placeholders& placeholders) {
    if (auto lowered = lower_key_conditions(request)) return *std::move(lowered);
    return expression::KeyCondition::parse(*validation::text_member(request, "KeyConditionExpression"),
                                           placeholders);
}

void require_key_condition(const boost::json::object& request) {
    if (validation::find_member(request, "KeyConditionExpression") != nullptr) return;
    if (validation::find_member(request, "KeyConditions") != nullptr) return;
    throw ApiError::validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
}

/// A filter may not look at the key that the query is by: that is what the key condition is for.
void check_filter(const table::KeySchema& keys, const RangeParameters& parameters,
                  std::string_view parameter) {
    if (!parameters.filter) return;
    const auto names = parameters.filter->attribute_names();
    for (const table::KeyAttribute& each : keys.attributes) {
        if (std::ranges::find(names, each.name) == names.end()) continue;
        throw ApiError::validation(
            std::string(parameter) +
            " can only contain non-primary key attributes: Primary key attribute: " + each.name);
    }
}

/// The range that the key condition names, from the starting key on. The checks stand in AWS's order. Returns
/// the row key of the table behind which there is nothing more to read, or nothing where that is not known.
std::string read_range(table::RangeRequest& read, const expression::KeyCondition& condition,
                       const RangeParameters& parameters) {
    const table::TableDefinition& definition = read.table.definition;
    const table::KeySchema& keys = read.index != nullptr ? read.index->keys : definition.keys;
    if (parameters.start) table::check_start_partition(definition, read.index, *parameters.start);
    table::PartitionRange range = table::partition_range(keys, condition);
    const bool forward = read.direction == table::Direction::forward;
    std::string end = read.index != nullptr ? std::string() : forward ? range.last_key : range.first_key;
    if (parameters.start) {
        table::check_start_sort(definition, read.index, *parameters.start);
        table::check_start_table_key(definition, read.index, *parameters.start);
        table::check_start_inside(range, keys, *parameters.start);
        table::check_start_before_end(end, keys, *parameters.start);
        read.after = table::start_row_key(definition, read.index, *parameters.start);
    }
    read.range = std::move(range.rows);
    return end;
}

/// Whether no key can come behind the page's last one, so that no other page begins there.
bool ends_at(const table::Page& page, const std::string& end, const table::TableDefinition& definition) {
    return page.last_evaluated_key && !end.empty() &&
           table::base_row_key(definition, *page.last_evaluated_key) == end;
}

}  // namespace

std::string query(OperationContext& context, const boost::json::object& request) {
    validation::check_query(request);
    expression::Placeholders::require_expressions(request, expressions);
    validation::check_query_selection(request);
    RangeParameters parameters;
    parameters.filter = lower_filter(request, "QueryFilter", ValueWords::newer);
    parameters.projection = lower_attributes_to_get(request);
    read_range_parameters(request, parameters, ValueWords::newer);
    require_key_condition(request);
    auto placeholders = expression::Placeholders::read(request, ValueWords::newer);
    const auto given = read_key_condition(request, placeholders);
    read_range_expressions(request, placeholders, parameters);
    placeholders.require_all_used();
    std::vector<expression::KeyComparison> comparisons = given.comparisons();
    if (validation::find_member(request, "KeyConditions") != nullptr) {
        expression::check_comparison_count(
            comparisons, parameters.index_name.empty() ? max_table_key_size : max_index_key_size);
    }
    const expression::KeyCondition condition(std::move(comparisons));
    const bool has_filter_expression = validation::find_member(request, "FilterExpression") != nullptr;
    const std::string_view filter_name = has_filter_expression ? "Filter Expression" : "QueryFilter";
    const bool forward = validation::boolean_member(request, "ScanIndexForward").value_or(true);

    return context.database.read([&](table::ReadSession& session) {
        const table::Table& table = session.table(request.at("TableName").as_string());
        const table::IndexDefinition* index = find_index(table.definition, parameters, session.now());
        table::RangeRequest read{table, index};
        read.direction = forward ? table::Direction::forward : table::Direction::backward;
        const std::string end = read_range(read, condition, parameters);
        check_projected_paths(table.definition, parameters);
        check_filter(index != nullptr ? index->keys : table.definition.keys, parameters, filter_name);
        select_attributes(read, parameters);
        check_filtered_paths(table.definition, parameters);
        table::Page page = table::RangeReader(session).read(read);
        if (ends_at(page, end, table.definition)) page.last_evaluated_key.reset();
        return range_answer(table, page, parameters);
    });
}

}  // namespace tailrace::operation
