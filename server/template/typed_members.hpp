#pragma once

#include <boost/json.hpp>

namespace tailrace::server {

/// Gives the members of a request to DynamoDB or Lambda their types. In a template every scalar is a text:
/// {"BatchSize": "10", "Enabled": "true"}. A text that does not fit its type stays, so that the API refuses
/// it in its own words.
void give_types(boost::json::value& request);

}  // namespace tailrace::server
