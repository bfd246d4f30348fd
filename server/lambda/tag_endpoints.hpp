#pragma once

#include "server/lambda/mapping_service.hpp"
#include "server/web/router.hpp"
#include "stream/function_registry.hpp"

namespace tailrace::server {

/// ListTags, TagResource and UntagResource, under /2017-03-31/tags: for event source mappings. A function
/// that is there has no tags and is given none, which is said. Mappings and functions outlive the endpoints.
void add_tag_endpoints(Mount& lambda, MappingService& mappings, const stream::FunctionRegistry& functions);

}  // namespace tailrace::server
