#pragma once

#include "server/lambda/event_source_mappings.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// CreateEventSourceMapping, GetEventSourceMapping, ListEventSourceMappings, UpdateEventSourceMapping and
/// DeleteEventSourceMapping. The mappings outlive the endpoints.
void add_mapping_endpoints(Mount& lambda, EventSourceMappings& mappings);

}  // namespace tailrace::server
