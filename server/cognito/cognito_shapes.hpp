#pragma once

#include <boost/json.hpp>
#include <string_view>
#include <vector>

namespace tailrace::server {

/// Checks a request of one of Cognito's operations, which must be known, against Amazon's model, as the first
/// thing done with it. Returns the members that the model knows and that are not null; AWS overlooks the
/// others. Throws CognitoError.
boost::json::object checked_request(std::string_view operation, const boost::json::object& request);

/// Returns the names of the members that the model knows.
std::vector<std::string_view> member_names(std::string_view operation);

}  // namespace tailrace::server
