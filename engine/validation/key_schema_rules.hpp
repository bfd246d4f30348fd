#pragma once

#include <cstddef>
#include <set>
#include <string_view>
#include <vector>

#include "engine/model/request.hpp"

namespace tailrace::validation {

/// One element of a KeySchema.
struct KeyElement {
    std::string_view name;
    bool is_hash;
};

/// The elements of the KeySchema of a table or an index. They refer to the request.
std::vector<KeyElement> key_elements(const Request& owner);

/// The names in AttributeDefinitions. They refer to the request.
class DefinedAttributes {
  public:
    /// Throws when a name stands there twice.
    explicit DefinedAttributes(const Request& request);

    bool contains(std::string_view name) const { return known_.contains(name); }
    std::size_t size() const { return names_.size(); }
    /// In the order of the request.
    const std::vector<std::string_view>& names() const { return names_; }

  private:
    std::vector<std::string_view> names_;
    std::set<std::string_view> known_;
};

/// Throws unless each key attribute is defined.
void check_defined(const std::vector<KeyElement>& key, const DefinedAttributes& definitions);

/// The key of a table or of a local secondary index: one HASH, then at most one RANGE, of different names.
void check_simple_key(const std::vector<KeyElement>& key);

/// The key of a global secondary index: one to four HASH, then none to four RANGE, all of different names
/// (AWS since November 2025).
void check_multi_attribute_key(const std::vector<KeyElement>& key);

}  // namespace tailrace::validation
