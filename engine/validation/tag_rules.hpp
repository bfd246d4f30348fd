#pragma once

#include "engine/model/request.hpp"

/// Rules for tags, for requests that have passed check_shape(). They throw ApiError::validation and may be
/// called from any thread.
namespace tailrace::validation {

/// Checks Tags, if the request has them: at most 50, with keys of 1 to 128 and values of up to 256 allowed
/// characters, and no key twice.
void check_tags(const Request& request);

/// Checks that ResourceArn names a table or a stream: arn:aws:dynamodb:REGION:ACCOUNT:table/NAME, optionally
/// followed by /stream/LABEL.
void check_resource_arn(const Request& request);

void check_tag_resource(const Request& request);
void check_untag_resource(const Request& request);

}  // namespace tailrace::validation
