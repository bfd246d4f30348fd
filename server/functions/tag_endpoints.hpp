#pragma once

#include "server/functions/uploaded_functions.hpp"
#include "server/lambda/mapping_service.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds ListTags, TagResource and UntagResource under /2017-03-31/tags, for event source mappings and
/// uploaded functions. Other functions have no tags, and a request to tag one is refused with a message that
/// says so. The mappings and the functions must outlive the endpoints.
void add_tag_endpoints(Mount& lambda, MappingService& mappings, UploadedFunctions& functions);

}  // namespace tailrace::server
