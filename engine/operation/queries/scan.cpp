#include "engine/model/api_error.hpp"
#include "engine/operation/legacy_parameters.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/queries/range_answer.hpp"
#include "engine/table/ranges/segment.hpp"
#include "engine/table/ranges/start_key.hpp"
#include "engine/validation/parameter_rules.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

table::Segment read_segment(const boost::json::object& request) {
    const auto number = validation::integer_member(request, "Segment");
    const auto total = validation::integer_member(request, "TotalSegments");
    if (number && !total) {
        throw ApiError::validation(
            "The TotalSegments parameter is required but was not present in the request when Segment "
            "parameter is present");
    }
    if (total && !number) {
        throw ApiError::validation(
            "The Segment parameter is required but was not present in the request when parameter "
            "TotalSegments is present");
    }
    if (!number) return {};
    if (*number >= *total) {
        throw ApiError::validation(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " +
            std::to_string(*number) + " is not less than TotalSegments: " + std::to_string(*total));
    }
    return {static_cast<std::uint32_t>(*number), static_cast<std::uint32_t>(*total)};
}

/// The row after which the page begins.
std::string start_row(const table::RangeRequest& read, const AttributeMap& start,
                      const table::Segment& segment) {
    const table::TableDefinition& definition = read.table.definition;
    table::check_start_table_key(definition, read.index, start);
    std::string row = table::start_row_key(definition, read.index, start);
    if (!segment.holds(row)) {
        throw ApiError::validation(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey "
            "with correct Segment. TotalSegments: " +
            std::to_string(segment.total) + " Segment: " + std::to_string(segment.number));
    }
    return row;
}

}  // namespace

std::string scan(OperationContext& context, const boost::json::object& request) {
    validation::check_scan(request);
    expression::Placeholders::require_expressions(
        request, std::array<std::string_view, 2>{"FilterExpression", "ProjectionExpression"});
    validation::check_scan_selection(request);
    RangeParameters parameters;
    parameters.projection = lower_attributes_to_get(request);
    parameters.filter = lower_filter(request, "ScanFilter", ValueWords::older);
    read_range_parameters(request, parameters, ValueWords::older);
    const table::Segment segment = read_segment(request);
    auto placeholders = expression::Placeholders::read(request);
    read_range_expressions(request, placeholders, parameters);
    placeholders.require_all_used();

    return context.database.read([&](table::ReadSession& session) {
        const table::Table& table = session.table(request.at("TableName").as_string());
        const table::IndexDefinition* index = find_index(table.definition, parameters, session.now());
        table::RangeRequest read{table, index};
        read.range = segment.rows();
        if (parameters.start && index != nullptr) {
            table::check_start_key(table.definition, index, *parameters.start);
        }
        select_attributes(read, parameters);
        if (parameters.start) read.after = start_row(read, *parameters.start, segment);
        check_projected_paths(table.definition, parameters);
        check_filtered_paths(table.definition, parameters);
        return range_answer(table, table::RangeReader(session).read(read), parameters);
    });
}

}  // namespace tailrace::operation
