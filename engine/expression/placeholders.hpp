#pragma once

#include <boost/json.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/attribute_value.hpp"
#include "engine/model/request.hpp"

namespace tailrace::expression {

/// ExpressionAttributeNames and ExpressionAttributeValues of one request: the meanings of #name and :value,
/// and which of them its expressions have used. Binding an expression marks the placeholders it refers to.
/// After the last expression, require_all_used() rejects the unused ones.
class Placeholders {
  public:
    Placeholders() = default;

    /// Reads both maps; absent and null are the same. Throws ApiError::validation in AWS's order: the names,
    /// then the keys of the values, then the values. If the operation reads values in the newer way (see
    /// ValueWords), the fault of a value is reported without the names of the parameter and the placeholder.
    static Placeholders read(const Request& request);

    /// The meaning of "#name", which is marked as used; null if it is not defined.
    const std::string* name(std::string_view placeholder);
    /// The meaning of ":value", which is marked as used; null if it is not defined.
    const AttributeValue* value(std::string_view placeholder);

    /// The total size of the names and values that the placeholders stand for, used or not.
    std::size_t size_bytes() const;

    /// Throws for names, and then for values, that no expression used.
    void require_all_used() const;

  private:
    template <typename T>
    struct Entry {
        T meaning;
        std::size_t position;
        bool used = false;
    };
    template <typename T>
    using Entries = std::map<std::string, Entry<T>, std::less<>>;

    void read_names(const boost::json::object& names);
    void read_values(const boost::json::object& values, ValueWords words);

    Entries<std::string> names_;
    Entries<AttributeValue> values_;
};

}  // namespace tailrace::expression
