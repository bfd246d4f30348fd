#pragma once

#include <boost/json.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/attribute_value.hpp"
#include "engine/model/value_words.hpp"

namespace tailrace::expression {

/// ExpressionAttributeNames and ExpressionAttributeValues of one request: what #name and :value stand for,
/// and which of them its expressions have used. Binding an expression marks what it refers to; after the last
/// one, require_all_used() rejects what nothing referred to.
class Placeholders {
  public:
    Placeholders() = default;

    /// Reads both maps; absent and null are the same. Throws ApiError::validation in AWS's order: the names,
    /// then the keys of the values, then the values. In the newer way the fault of a value is reported
    /// without the names of the parameter and the placeholder.
    static Placeholders read(const boost::json::object& request, ValueWords words = ValueWords::older);

    /// Whether AWS names the expressions that are missing.
    enum class Missing { named, unnamed };

    /// Rejects maps that no expression can use: names without any of the `expressions`, values without any of
    /// them but ProjectionExpression. `expressions` are the parameters that the operation takes, in the order
    /// AWS lists them; their presence is looked up in `request`. AWS checks this before anything else about
    /// the maps.
    static void require_expressions(const boost::json::object& request,
                                    std::span<const std::string_view> expressions,
                                    Missing missing = Missing::named);

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
