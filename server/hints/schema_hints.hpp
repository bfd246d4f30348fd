#pragma once

#include <string>

#include "server/hints/failed_request.hpp"

namespace tailrace::server {

/// Each returns what the caller can do, with the schema's own names, or an empty text if it does not know.

/// For a Key or an Item that the schema of its table does not match.
std::string key_hint(const FailureScene& scene);
/// For a KeyConditionExpression or KeyConditions that do not fit the key of the table or the index.
std::string key_condition_hint(const FailureScene& scene);
/// For a filter with an attribute of the key.
std::string filter_hint(const FailureScene& scene);
/// For an index that the table does not have.
std::string index_hint(const FailureScene& scene);
/// For an index key with a value that cannot be a key.
std::string index_key_hint(const FailureScene& scene);
/// For an index key of another type.
std::string index_key_type_hint(const FailureScene& scene);

}  // namespace tailrace::server
