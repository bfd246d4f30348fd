#pragma once

#include "engine/model/request.hpp"

/// Rules for tags, on requests that have passed check_shape(). They throw ApiError::validation and may be
/// called from any thread.
namespace tailrace::validation {

/// Tags, where the request has them: at most 50, keys of 1 to 128 and values of up to 256 characters out of
/// those that AWS takes, no key twice.
void check_tags(const Request& request);

/// ResourceArn is that of a table or of a stream: arn:aws:dynamodb:REGION:ACCOUNT:table/NAME, or with
/// /stream/LABEL behind it.
void check_resource_arn(const Request& request);

void check_tag_resource(const Request& request);
void check_untag_resource(const Request& request);

}  // namespace tailrace::validation
