#pragma once

#include <boost/json.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/attribute_value.hpp"
#include "engine/model/request.hpp"

namespace tailrace::expression {

/// ExpressionAttributeNames and ExpressionAttributeValues of one request: what #name and :value stand for,
/// and which of them its expressions have used. Binding an expression marks what it refers to; after the last
/// one, require_all_used() rejects what nothing referred to.
class Placeholders {
  public:
    Placeholders() = default;

    /// Reads both maps; absent and null are the same. Throws ApiError::validation in AWS's order: the names,
    /// then the keys of the values, then the values. Where the operation reads values in the newer way, the
    /// fault of one is reported without the names of the parameter and the placeholder.
    static Placeholders read(const Request& request);

    /// What "#name" stands for, marked as used; null when it is not defined.
    const std::string* name(std::string_view placeholder);
    /// What ":value" stands for, marked as used; null when it is not defined.
    const AttributeValue* value(std::string_view placeholder);

    /// How much the names and values that the placeholders stand for are together, used or not.
    std::size_t size_bytes() const;

    /// Throws for names, then for values, that no expression referred to.
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
