#pragma once

#include <boost/json.hpp>

/// Which parameters of a request on items go together. Each function takes a request that has passed
/// check_shape(), looks at presence and simple values only, throws ApiError::validation, and is called before
/// the request's attribute values and expressions are read. May be called from any thread.
namespace tailrace::validation {

/// ConditionExpression or Expected, not both.
void check_put_item(const boost::json::object& request);
void check_delete_item(const boost::json::object& request);

/// Expressions or AttributeUpdates and Expected, not both.
void check_update_item(const boost::json::object& request);

/// ProjectionExpression or AttributesToGet, not both.
void check_get_item(const boost::json::object& request);

/// Expressions or their older forms, not both.
void check_query(const boost::json::object& request);
void check_scan(const boost::json::object& request);

/// Select with what it selects, after names and values without an expression.
void check_query_selection(const boost::json::object& request);
void check_scan_selection(const boost::json::object& request);

/// As GetItem, for each table.
void check_batch_get_item(const boost::json::object& request);

/// Each write request is one put or one delete.
void check_batch_write_item(const boost::json::object& request);

}  // namespace tailrace::validation
