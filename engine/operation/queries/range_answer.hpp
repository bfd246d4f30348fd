#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/expression/condition.hpp"
#include "engine/expression/placeholders.hpp"
#include "engine/expression/projection.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/model/request.hpp"
#include "engine/table/ranges/range_reader.hpp"

namespace tailrace::operation {

/// What Query and Scan have in common of a request, read and bound outside the lock.
struct RangeParameters {
    std::string_view table_name;
    std::optional<expression::Condition> filter;
    std::optional<expression::Projection> projection;
    std::optional<AttributeMap> start;
    std::optional<std::size_t> limit;
    /// Empty for the table itself.
    std::string_view index_name;
    std::string_view select;
    bool consistent = false;
    table::ReturnConsumedCapacity wanted_capacity = table::ReturnConsumedCapacity::none;

    bool counts_only() const { return select == "COUNT"; }
};

/// All but the filter and the projection. Throws ApiError::validation for an ExclusiveStartKey that is not
/// made of values. The parameters refer to the request.
void read_range_parameters(const Request& request, RangeParameters& parameters);

/// FilterExpression, then ProjectionExpression.
void read_range_expressions(const Request& request, expression::Placeholders& placeholders,
                            RangeParameters& parameters);

/// The index that the parameters name, or null for the table itself.
/// Throws ApiError::validation when there is none of that name or it cannot be read so.
const table::IndexDefinition* find_index(const table::TableDefinition& definition,
                                         const RangeParameters& parameters, Timestamp now);

/// Which rows are returned, and what of them; `read` then refers to `parameters`.
/// Throws ApiError::validation when the index does not hold what is selected.
void select_attributes(table::RangeRequest& read, const RangeParameters& parameters);

/// That the projection, and that the filter, does not reach into a key attribute.
void check_projected_paths(const table::TableDefinition& definition, const RangeParameters& parameters);
void check_filtered_paths(const table::TableDefinition& definition, const RangeParameters& parameters);

/// What was read, as the answer tells of it, once the table may have changed.
struct RangeResult {
    table::Page page;
    /// ConsumedCapacity, where it is asked for.
    std::optional<boost::json::object> consumed = {};
};

/// Reads the page and counts its capacity.
RangeResult read_page(table::ReadSession& session, const table::RangeRequest& read,
                      const RangeParameters& parameters);

/// Items, Count, ScannedCount, LastEvaluatedKey and ConsumedCapacity.
std::string range_answer(const RangeResult& result, const RangeParameters& parameters);

}  // namespace tailrace::operation
