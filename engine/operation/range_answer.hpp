#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/expression/condition.hpp"
#include "engine/expression/placeholders.hpp"
#include "engine/expression/projection.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/table/range_reader.hpp"

namespace tailrace::operation {

/// What Query and Scan have in common of a request, read and bound outside the lock.
struct RangeParameters {
    std::optional<expression::Condition> filter;
    std::optional<expression::Projection> projection;
    std::optional<AttributeMap> start;
    std::optional<std::size_t> limit;
    std::string index_name;
    std::string select;
    bool consistent = false;
    table::ReturnConsumedCapacity wanted_capacity = table::ReturnConsumedCapacity::none;
};

RangeParameters read_range_parameters(const boost::json::object& request,
                                      expression::Placeholders& placeholders);

/// The index that the parameters name, or null for the table itself.
/// Throws ApiError::validation when there is none of that name or it cannot be read so.
const table::IndexDefinition* find_index(const table::TableDefinition& definition,
                                         const RangeParameters& parameters);

/// The parameters as a request to read `range`; the references in it are to `parameters` and `table`.
/// Throws ApiError::validation when the index does not hold what is selected.
table::RangeRequest range_request(const table::Table& table, const table::IndexDefinition* index,
                                  const RangeParameters& parameters);

/// Items, Count, ScannedCount, LastEvaluatedKey and ConsumedCapacity.
std::string range_answer(const table::Table& table, const table::Page& page,
                         const RangeParameters& parameters);

}  // namespace tailrace::operation
