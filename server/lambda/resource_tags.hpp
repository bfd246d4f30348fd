#pragma once

#include <boost/json.hpp>
#include <map>
#include <span>
#include <string>

namespace tailrace::server {

/// The tags of one resource of Lambda's, by their keys.
using ResourceTags = std::map<std::string, std::string>;

/// The member Tags of a request: an object of texts, empty where the member is absent or null. Throws
/// LambdaError for another type, and for a key or a value that is too long or starts with "aws:". Source:
/// "Using tags on Lambda functions", requirements for tags.
ResourceTags read_tags(const boost::json::object& body);

/// `tags` with others put over them. Throws LambdaError where that makes more than 50.
ResourceTags merged_tags(ResourceTags tags, const ResourceTags& others);

/// `tags` without those that have one of these keys.
ResourceTags without_tags(ResourceTags tags, std::span<const std::string> keys);

boost::json::object tags_json(const ResourceTags& tags);

}  // namespace tailrace::server
