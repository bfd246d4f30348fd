#pragma once

#include "server/lambda/mapping_service.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// CreateEventSourceMapping, GetEventSourceMapping, ListEventSourceMappings, UpdateEventSourceMapping and
/// DeleteEventSourceMapping. The mappings outlive the endpoints.
void add_event_source_mapping_endpoints(Mount& lambda, MappingService& mappings);

}  // namespace tailrace::server
