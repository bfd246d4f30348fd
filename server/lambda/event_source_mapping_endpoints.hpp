#pragma once

#include "server/lambda/mapping_service.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds CreateEventSourceMapping, GetEventSourceMapping, ListEventSourceMappings, UpdateEventSourceMapping
/// and DeleteEventSourceMapping. The mappings must outlive the endpoints.
void add_event_source_mapping_endpoints(Mount& lambda, MappingService& mappings);

}  // namespace tailrace::server
