#pragma once

#include "server/web/router.hpp"
#include "stream/dispatcher.hpp"

namespace tailrace::server {

/// GET /_tailrace/streams and POST /_tailrace/streams/drain. The dispatcher outlives the endpoints.
void add_stream_endpoints(Mount& admin, stream::Dispatcher& dispatcher);

}  // namespace tailrace::server
