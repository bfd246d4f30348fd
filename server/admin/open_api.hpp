#pragma once

#include <boost/json.hpp>
#include <vector>

#include "server/web/router.hpp"

namespace tailrace::server {

/// Returns the listed routes of /_tailrace as an OpenAPI 3.1 document, for programs that generate clients or
/// pages from it. Source: https://spec.openapis.org/oas/v3.1.1.html
boost::json::object open_api(const std::vector<Route>& routes);

}  // namespace tailrace::server
