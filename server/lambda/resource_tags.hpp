#pragma once

#include <boost/json.hpp>
#include <map>
#include <span>
#include <string>

namespace tailrace::server {

/// The tags of one Lambda resource, by key.
using ResourceTags = std::map<std::string, std::string>;

/// Reads the member Tags of a request: an object of strings. Returns no tags if the member is absent or null.
/// Throws LambdaError for another type, and for a key or a value that is too long or starts with "aws:".
/// Source: "Using tags on Lambda functions", requirements for tags.
ResourceTags read_tags(const boost::json::object& body);

/// Returns `tags` with `others` added, which replace tags with the same keys. Throws LambdaError if that
/// makes more than 50.
ResourceTags merged_tags(ResourceTags tags, const ResourceTags& others);

/// Returns `tags` without those that have one of these keys.
ResourceTags without_tags(ResourceTags tags, std::span<const std::string> keys);

boost::json::object tags_json(const ResourceTags& tags);

}  // namespace tailrace::server
