#include "engine/model/api_error.hpp"
#include "engine/operation/legacy_parameters.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/queries/range_answer.hpp"
#include "engine/table/ranges/segment.hpp"
#include "engine/table/ranges/start_key.hpp"
#include "engine/validation/parameter_rules.hpp"

namespace tailrace::operation {
namespace {

struct ScanRequest {
    RangeParameters parameters;
    table::Segment segment;
};

table::Segment read_segment(const Request& request) {
    const auto number = request.integer("Segment");
    const auto total = request.integer("TotalSegments");
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

ScanRequest read_scan(const Request& request) {
    validation::check_scan_selection(request);
    ScanRequest scan;
    scan.parameters.projection = lower_attributes_to_get(request);
    scan.parameters.filter = lower_filter(request, "ScanFilter");
    read_range_parameters(request, scan.parameters);
    scan.segment = read_segment(request);
    auto placeholders = expression::Placeholders::read(request);
    read_range_expressions(request, placeholders, scan.parameters);
    placeholders.require_all_used();
    return scan;
}

/// The row after which the page begins.
std::string start_row(const table::RangeRequest& read, const AttributeMap& start,
                      const table::Segment& segment) {
    const table::TableDefinition& definition = read.table;
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

std::string scan(OperationContext& context, const Request& request) {
    const ScanRequest scan = read_scan(request);
    const RangeParameters& parameters = scan.parameters;

    const RangeResult result = context.read_rows([&](table::ReadSession& session) {
        const table::TableDefinition& table = session.table(parameters.table_name);
        const table::IndexDefinition* index = find_index(table, parameters, session.now());
        table::RangeRequest read{table, index};
        read.range = scan.segment.rows();
        if (parameters.start && index != nullptr) {
            table::check_start_key(table, index, *parameters.start);
        }
        select_attributes(read, parameters);
        if (parameters.start) read.after = start_row(read, *parameters.start, scan.segment);
        check_projected_paths(table, parameters);
        check_filtered_paths(table, parameters);
        return read_page(session, read, parameters);
    });
    return range_answer(context, result, parameters);
}

}  // namespace tailrace::operation
