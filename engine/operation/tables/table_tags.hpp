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

/// The request's Tags; none when it has none.
std::vector<Tag> read_tags(const Request& request);

/// The tag as tables keep it and answers show it.
boost::json::object tag_json(const Tag& tag);

/// The table that a request on tags names by its ResourceArn. Throws ApiError::resource_not_found in the
/// words of these operations, and ApiError::access_denied for a table of another account. Regions are not
/// told apart.
const table::TableDefinition& tagged_table(const OperationContext& context, const table::ReadSession& session,
                                           std::string_view resource_arn);

/// Where the tag of that key stands; the end when there is none.
boost::json::array::iterator find_tag(boost::json::array& tags, std::string_view key);

}  // namespace tailrace::operation
