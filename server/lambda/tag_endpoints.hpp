#pragma once

#include "server/lambda/mapping_service.hpp"
#include "server/web/router.hpp"
#include "stream/function_registry.hpp"

namespace tailrace::server {

/// Adds ListTags, TagResource and UntagResource under /2017-03-31/tags, for event source mappings. Functions
/// have no tags, and a request to tag one is refused with a message that says so. The mappings and the
/// functions must outlive the endpoints.
void add_tag_endpoints(Mount& lambda, MappingService& mappings, const stream::FunctionRegistry& functions);

}  // namespace tailrace::server
