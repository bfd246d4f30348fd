#pragma once

#include <span>
#include <string_view>

#include "engine/model/request.hpp"

/// Which parameters of a request on items go together. Each function takes a request that has passed
/// check_shape(), looks at presence and simple values only, throws ApiError::validation, and is called before
/// the request's attribute values and expressions are read. May be called from any thread.
namespace tailrace::validation {

/// The parameters of an operation that take expressions and those that they replaced, each in the order in
/// which AWS lists them.
struct ExpressionParameters {
    std::span<const std::string_view> expressions = {};
    std::span<const std::string_view> replaced = {};
};

/// Expressions or what they replaced, not both; ExpressionAttributeNames only beside an expression, and
/// ExpressionAttributeValues only beside one that is no ProjectionExpression.
void check_expressions(const Request& request, const ExpressionParameters& parameters);

/// Select with what it selects, after check_expressions().
void check_query_selection(const Request& request);
void check_scan_selection(const Request& request);

/// ProjectionExpression or AttributesToGet, not both, in the request as a whole.
void check_batch_get_item(const Request& request);

/// Each write request is one put or one delete.
void check_batch_write_item(const Request& request);

}  // namespace tailrace::validation
