#pragma once

#include <boost/json.hpp>

/// Rules for tags, on requests that have passed check_shape(). They throw ApiError::validation and may be
/// called from any thread.
namespace tailrace::validation {

/// The tags of one request: at most 50, keys of 1 to 128 and values of up to 256 characters out of those that
/// AWS takes, no key twice.
void check_tags(const boost::json::array& tags);

/// ResourceArn is that of a table or of a stream: arn:aws:dynamodb:REGION:ACCOUNT:table/NAME, or with
/// /stream/LABEL behind it.
void check_resource_arn(const boost::json::object& request);

void check_tag_resource(const boost::json::object& request);
void check_untag_resource(const boost::json::object& request);
void check_list_tags_of_resource(const boost::json::object& request);

}  // namespace tailrace::validation
