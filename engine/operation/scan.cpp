#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/range_answer.hpp"
#include "engine/storage/key_encoding.hpp"
#include "engine/table/key_range.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

/// One of the equal parts into which a parallel scan divides a table.
struct Segment {
    std::uint32_t number = 0;
    std::uint32_t total = 1;
};

Segment read_segment(const boost::json::object& request) {
    const auto number = validation::integer_member(request, "Segment");
    const auto total = validation::integer_member(request, "TotalSegments");
    if (total && !number) {
        throw ApiError::validation(
            "The Segment parameter is required but was not present in the request when parameter "
            "TotalSegments is "
            "present");
    }
    if (number && !total) {
        throw ApiError::validation(
            "The TotalSegments parameter is required but was not present in the request when Segment "
            "parameter is "
            "present");
    }
    if (!number) return {};
    if (*number >= *total) {
        throw ApiError::validation(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " +
            std::to_string(*number) + " is not less than TotalSegments: " + std::to_string(*total));
    }
    return {static_cast<std::uint32_t>(*number), static_cast<std::uint32_t>(*total)};
}

std::string after(const table::TableDefinition& definition, const table::RangeRequest& read,
                  const AttributeMap& start, const Segment& segment) {
    const std::string row = table::start_row_key(definition, read.index, start);
    if (!storage::in_segment(row, segment.number, segment.total)) {
        throw ApiError::validation(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey "
            "with "
            "correct Segment. TotalSegments: " +
            std::to_string(segment.total) + " Segment: " + std::to_string(segment.number));
    }
    return row;
}

}  // namespace

std::string scan(OperationContext& context, const boost::json::object& request) {
    const Segment segment = read_segment(request);
    expression::Placeholders::require_expressions(
        request, std::array<std::string_view, 2>{"FilterExpression", "ProjectionExpression"});
    auto placeholders = expression::Placeholders::read(request);
    const RangeParameters parameters = read_range_parameters(request, placeholders);
    placeholders.require_all_used();

    return context.database.read([&](table::ReadSession& session) {
        const table::Table& table = session.table(request.at("TableName").as_string());
        const table::IndexDefinition* index = find_index(table.definition, parameters);
        table::RangeRequest read = range_request(table, index, parameters);
        read.range = storage::segment_range(segment.number, segment.total);
        if (parameters.start) read.after = after(table.definition, read, *parameters.start, segment);
        return range_answer(table, table::RangeReader(session).read(read), parameters);
    });
}

}  // namespace tailrace::operation
