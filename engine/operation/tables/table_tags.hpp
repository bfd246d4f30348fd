#pragma once

#include <boost/json.hpp>

#include "engine/operation/operation.hpp"

namespace tailrace::operation {

/// The table that a request on tags names by its ResourceArn. Throws ApiError::resource_not_found in the
/// words of these operations, and ApiError::access_denied for a table of another account. Regions are not
/// told apart.
const table::Table& tagged_table(const OperationContext& context, const table::ReadSession& session,
                                 const boost::json::object& request);

/// Where the tag of that key stands; the end when there is none.
boost::json::array::iterator find_tag(boost::json::array& tags, std::string_view key);

}  // namespace tailrace::operation
