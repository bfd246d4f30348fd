#pragma once

#include <boost/json.hpp>
#include <string_view>
#include <vector>

namespace tailrace::server {

/// Checks a request against Amazon's model of its operation, which must be a known one. This comes before
/// every other check. Returns the members that the model knows and that are not null; AWS ignores the others.
/// Throws CognitoError.
boost::json::object checked_request(std::string_view operation, const boost::json::object& request);

/// Returns the names of the members that the model knows.
std::vector<std::string_view> member_names(std::string_view operation);

}  // namespace tailrace::server
