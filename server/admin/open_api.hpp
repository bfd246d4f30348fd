#pragma once

#include <boost/json.hpp>
#include <vector>

#include "server/web/router.hpp"

namespace tailrace::server {

/// The routes of /_tailrace that are listed, as an OpenAPI 3.1 document, for programs that make clients or
/// pages of it. Source: https://spec.openapis.org/oas/v3.1.1.html
boost::json::object open_api(const std::vector<Route>& routes);

}  // namespace tailrace::server
