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
    /// Throws if a name occurs twice.
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

/// Checks the key of a table or a local secondary index: one HASH, then at most one RANGE with a different
/// name.
void check_simple_key(const std::vector<KeyElement>& key);

/// Checks the key of a global secondary index: one to four HASH, then up to four RANGE, all with different
/// names (AWS since November 2025).
void check_multi_attribute_key(const std::vector<KeyElement>& key);

}  // namespace tailrace::validation
