#pragma once

#include "server/admin/admin_endpoints.hpp"
#include "stream/dispatcher.hpp"

namespace tailrace::server {

/// What stands under /_tailrace/mappings. The dispatcher outlives the endpoints.
void add_mapping_endpoints(AdminEndpoints& endpoints, stream::Dispatcher& dispatcher);

}  // namespace tailrace::server
