#pragma once

#include "server/lambda/event_source_mappings.hpp"
#include "server/lambda/lambda_endpoints.hpp"

namespace tailrace::server {

/// CreateEventSourceMapping, GetEventSourceMapping, ListEventSourceMappings, UpdateEventSourceMapping and
/// DeleteEventSourceMapping. The mappings outlive the endpoints.
void add_mapping_endpoints(LambdaEndpoints& endpoints, EventSourceMappings& mappings);

}  // namespace tailrace::server
