#pragma once

#include "server/admin/admin_endpoints.hpp"
#include "stream/dispatcher.hpp"

namespace tailrace::server {

/// GET /_tailrace/streams and POST /_tailrace/streams/drain. The dispatcher outlives the endpoints.
void add_stream_endpoints(AdminEndpoints& endpoints, stream::Dispatcher& dispatcher);

}  // namespace tailrace::server
