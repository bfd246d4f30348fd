#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/attribute_value.hpp"

namespace tailrace::server {

/// What happens to the value of an attribute.
struct AttributeRule {
    enum class Kind : std::uint8_t { keep, hash, fake_name, fake_email, fake_text, redact };
    Kind kind = Kind::keep;
    /// What `redact` puts in place of the value.
    std::string text = "REDACTED";
};

/// Rules that take secrets out of items: which attributes are kept, hashed, replaced by made-up values or
/// redacted, and which partitions are left out. They come from a small file in YAML or JSON:
///
///     key: a secret of your own
///     sample: 10
///     default: keep
///     attributes:
///       artist: hash
///       email: fake email
///       address.street: { redact: "-" }
///
/// A hash, and a made-up value, depends only on the key and the value, so equal values stay equal in all
/// attributes and tables.
class AttributeRules {
  public:
    /// Reads the file. `key` takes precedence over the key in the file; it may be empty. Throws DataFault,
    /// with the file and the line.
    static AttributeRules read(const std::string& file, const std::string& key);

    /// Throws DataFault if a rule would give different items the same key. `table_keys` are the attributes of
    /// the table's key, the partition key first.
    void use_for(const std::vector<std::string>& table_keys);

    /// Changes an item. Returns false if its partition is left out.
    bool apply(AttributeMap& item);

    /// The rules' attributes that no item has had so far. One of them may be mistyped.
    std::vector<std::string> unused() const;

  private:
    struct NamedRule {
        AttributeRule rule;
        bool is_used = false;
    };

    void change(AttributeValue& value, const std::string& path);
    void change_all(AttributeMap& map, const std::string& before);
    void change_by(const AttributeRule& rule, AttributeValue& value) const;
    bool has_rules_below(const std::string& path) const;

    std::string key_;
    std::uint64_t sample_ = 1;
    AttributeRule otherwise_;
    /// Keyed by path: the names from the outermost attribute to the one with the rule, joined by dots.
    std::map<std::string, NamedRule, std::less<>> rules_;
    std::vector<std::string> table_keys_;
};

}  // namespace tailrace::server
