#pragma once

#include <boost/json.hpp>
#include <string_view>
#include <vector>

#include "engine/operation/operation.hpp"

namespace tailrace::operation {

/// An element of Tags. It refers to the request.
struct Tag {
    std::string_view key;
    std::string_view value;
};

/// The request's Tags; empty if it has none.
std::vector<Tag> read_tags(const Request& request);

/// The tag in the form in which tables store it and responses show it.
boost::json::object tag_json(const Tag& tag);

/// The table that a request on tags names by its ResourceArn. Throws ApiError::resource_not_found in the
/// words of these operations, and exceptions::access_denied for a table of another account. Regions are not
/// distinguished.
const table::TableDefinition& tagged_table(const OperationContext& context, const table::ReadSession& session,
                                           std::string_view resource_arn);

/// The position of the tag with that key; the end if there is none.
boost::json::array::iterator find_tag(boost::json::array& tags, std::string_view key);

}  // namespace tailrace::operation
