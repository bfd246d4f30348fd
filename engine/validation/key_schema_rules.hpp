#pragma once

#include <boost/json.hpp>
#include <string_view>
#include <vector>

namespace tailrace::validation {

/// One element of a KeySchema.
struct KeyElement {
    std::string_view name;
    bool is_hash;
};

/// The elements of a KeySchema that has its shape. They refer to `schema`.
std::vector<KeyElement> key_elements(const boost::json::array& schema);

/// The names in AttributeDefinitions, in order; throws when one stands there twice.
std::vector<std::string_view> defined_attributes(const boost::json::array& definitions);

/// Throws unless each key attribute is defined.
void check_defined(const std::vector<KeyElement>& key, const std::vector<std::string_view>& definitions);

/// The key of a table or of a local secondary index: one HASH, then at most one RANGE, of different names.
void check_simple_key(const std::vector<KeyElement>& key);

/// The key of a global secondary index: one to four HASH, then none to four RANGE, all of different names
/// (AWS since November 2025).
void check_multi_attribute_key(const std::vector<KeyElement>& key);

}  // namespace tailrace::validation
