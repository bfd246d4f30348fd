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
#include "engine/operation/operation.hpp"
#include "engine/table/ranges/range_reader.hpp"

namespace tailrace::operation {

/// The parameters that Query and Scan share, read and bound outside the lock.
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

/// Reads everything except the filter and the projection. Throws ApiError::validation if ExclusiveStartKey is
/// not a map of attribute values. The parameters refer to the request.
void read_range_parameters(const Request& request, RangeParameters& parameters);

/// Reads FilterExpression, then ProjectionExpression.
void read_range_expressions(const Request& request, expression::Placeholders& placeholders,
                            RangeParameters& parameters);

/// The index that the parameters name, or null for the table itself.
/// Throws ApiError::validation if there is no index with that name, or if it cannot be read in the requested
/// way.
const table::IndexDefinition* find_index(const table::TableDefinition& definition,
                                         const RangeParameters& parameters, Timestamp now);

/// Selects the rows and the parts of them that are returned; `read` then refers to `parameters`.
/// Throws ApiError::validation if the index does not hold what is selected.
void select_attributes(table::RangeRequest& read, const RangeParameters& parameters);

/// These check that the projection and the filter do not reach into a key attribute.
void check_projected_paths(const table::TableDefinition& definition, const RangeParameters& parameters);
void check_filtered_paths(const table::TableDefinition& definition, const RangeParameters& parameters);

/// The result of the read, for the response. It stays valid when the table changes.
struct RangeResult {
    table::Page page;
    /// ConsumedCapacity, if it is requested.
    std::optional<boost::json::object> consumed = {};
};

/// Reads the page and counts its capacity.
RangeResult read_page(table::ReadSession& session, const table::RangeRequest& read,
                      const RangeParameters& parameters);

/// The response: Items, Count, ScannedCount, LastEvaluatedKey and ConsumedCapacity. Notes the cost.
std::string range_answer(OperationContext& context, const RangeResult& result,
                         const RangeParameters& parameters);

}  // namespace tailrace::operation
