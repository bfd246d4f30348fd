#include "engine/operation/queries/range_answer.hpp"

#include "engine/model/attribute_json.hpp"
#include "engine/model/value_fault.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

/// The attributes that are asked for and that the index does not hold.
std::vector<std::string> not_projected(const table::TableDefinition& definition,
                                       const table::IndexDefinition& index,
                                       const RangeParameters& parameters) {
    std::vector<std::string> missing;
    if (!parameters.projection) return missing;
    for (const std::string& name : parameters.projection->attribute_names()) {
        if (!table::projects(definition, index, name)) missing.push_back(name);
    }
    return missing;
}

std::string listed(const std::vector<std::string>& names) {
    std::string text = "[";
    for (const std::string& name : names) text.append(text.size() > 1 ? ", " : "").append(name);
    return text.append("]");
}

/// Whether the read has to go to the table for each row. A local index fetches what it does not hold; a
/// global one cannot. Source: "Local secondary indexes", fetching; API_Query, Select.
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
    const auto missing = not_projected(definition, index, parameters);
    if (missing.empty()) return false;
    if (index.global) {
        throw ApiError::validation("One or more parameter values were invalid: Global secondary index " +
                                   index.name + " does not project " + listed(missing));
    }
    return true;
}

/// AWS opens with the name of the parameter, but for faults of numbers, of their sets and of repeated values.
AttributeMap read_start_key(const boost::json::object& start, ValueWords words) {
    try {
        return parse_attribute_map(start, words);
    } catch (const ValueFault&) {
        throw;
    } catch (const ApiError& error) {
        if (error.message().find("number set") != std::string::npos) throw;
        throw ApiError::validation("The provided starting key is invalid: " + error.message());
    }
}

}  // namespace

void read_range_parameters(const boost::json::object& request, RangeParameters& parameters,
                           ValueWords words) {
    if (const auto* start = validation::object_member(request, "ExclusiveStartKey")) {
        parameters.start = read_start_key(*start, words);
    }
    if (const auto limit = validation::integer_member(request, "Limit")) {
        parameters.limit = static_cast<std::size_t>(*limit);
    }
    parameters.index_name = validation::text_member(request, "IndexName").value_or("");
    parameters.select = validation::text_member(request, "Select").value_or("");
    parameters.consistent = validation::boolean_member(request, "ConsistentRead").value_or(false);
    parameters.wanted_capacity = table::read_return_consumed_capacity(request);
}

void read_range_expressions(const boost::json::object& request, expression::Placeholders& placeholders,
                            RangeParameters& parameters) {
    if (const auto text = validation::text_member(request, "FilterExpression")) {
        parameters.filter =
            expression::Condition::parse(*text, expression::ExpressionKind::filter, placeholders);
    }
    if (const auto text = validation::text_member(request, "ProjectionExpression")) {
        parameters.projection = expression::Projection::parse(*text, placeholders);
    }
}

const table::IndexDefinition* find_index(const table::TableDefinition& definition,
                                         const RangeParameters& parameters, Timestamp now) {
    if (parameters.index_name.empty()) return nullptr;
    const table::IndexDefinition* index = definition.find_index(parameters.index_name);
    if (index == nullptr) {
        throw ApiError::validation("The table does not have the specified index: " + parameters.index_name);
    }
    const table::Transition* transition = definition.transition_at(now);
    const bool is_shown_so = transition != nullptr && transition->created_index == index->name;
    if (is_shown_so || index->backfilling()) {
        throw ApiError::validation("Cannot read from backfilling global secondary index: " + index->name);
    }
    if (index->global && parameters.consistent) {
        throw ApiError::validation("Consistent reads are not supported on global secondary indexes");
    }
    return index;
}

void select_attributes(table::RangeRequest& read, const RangeParameters& parameters) {
    read.limit = parameters.limit;
    read.filter = parameters.filter ? &*parameters.filter : nullptr;
    read.projection = parameters.projection ? &*parameters.projection : nullptr;
    read.counts_only = parameters.select == "COUNT";
    read.consistency = parameters.consistent ? table::Consistency::strong : table::Consistency::eventual;
    read.fetches_items =
        read.index != nullptr && fetches_items(read.table.definition, *read.index, parameters);
}

void check_projected_paths(const table::TableDefinition& definition, const RangeParameters& parameters) {
    if (!parameters.projection) return;
    table::check_key_paths(definition, parameters.projection->nested_attribute_names());
}

void check_filtered_paths(const table::TableDefinition& definition, const RangeParameters& parameters) {
    if (parameters.filter) table::check_key_paths(definition, parameters.filter->nested_attribute_names());
}

std::string range_answer(const table::Table& table, const table::Page& page,
                         const RangeParameters& parameters) {
    ResponseBody body;
    body.reserve(page.items_json.size() + 256);
    if (parameters.select != "COUNT") body.list("Items", page.items_json);
    body.member("Count", std::to_string(page.count));
    body.member("ScannedCount", std::to_string(page.scanned_count));
    if (page.last_evaluated_key) body.member("LastEvaluatedKey", to_json(*page.last_evaluated_key));
    if (parameters.wanted_capacity != table::ReturnConsumedCapacity::none) {
        body.member("ConsumedCapacity", table::consumed_capacity_json(table.definition, page.capacity,
                                                                      parameters.wanted_capacity));
    }
    return std::move(body).take();
}

}  // namespace tailrace::operation
