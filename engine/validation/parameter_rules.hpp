#pragma once

#include <span>
#include <string_view>

#include "engine/model/request.hpp"

/// The rules for which parameters of a request on items may be combined. Each function takes a request that
/// has passed check_shape(), looks only at presence and simple values, and throws ApiError::validation. It is
/// called before the request's attribute values and expressions are read. May be called from any thread.
namespace tailrace::validation {

/// The parameters of an operation that contain expressions, and the parameters that they replaced, each in
/// the order in which AWS lists them.
struct ExpressionParameters {
    std::span<const std::string_view> expressions = {};
    std::span<const std::string_view> replaced = {};
};

/// Allows either expressions or the parameters that they replaced, not both. ExpressionAttributeNames needs
/// an expression, and ExpressionAttributeValues needs one that is not a ProjectionExpression.
void check_expressions(const Request& request, const ExpressionParameters& parameters);

/// Checks Select against the attributes that the request asks for. Called after check_expressions().
void check_query_selection(const Request& request);
void check_scan_selection(const Request& request);

/// Allows either ProjectionExpression or AttributesToGet, not both, in the request as a whole.
void check_batch_get_item(const Request& request);

/// Requires each write request to be exactly one put or one delete.
void check_batch_write_item(const Request& request);

}  // namespace tailrace::validation
