#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "engine/model/number.hpp"

namespace tailrace {

class AttributeValue;

/// The names of the types on the wire ("S", "NULL", …) come from type_name().
enum class AttributeType { S, N, B, BOOL, NUL, L, M, SS, NS, BS };

std::string_view type_name(AttributeType type);
/// The type with that name ("S", "NULL", …), or nullopt if there is none.
std::optional<AttributeType> attribute_type_named(std::string_view name);

/// B: bytes, not text.
struct Binary {
    std::string bytes;
    friend bool operator==(const Binary&, const Binary&) = default;
    friend auto operator<=>(const Binary&, const Binary&) = default;
};

/// NULL: the one value {"NULL": true}.
struct Null {
    friend bool operator==(const Null&, const Null&) = default;
};

using AttributeList = std::vector<AttributeValue>;

/// Attributes by name, in byte order of their names: an item, a key, an M value. Names are unique.
class AttributeMap {
  public:
    using Entry = std::pair<std::string, AttributeValue>;

    AttributeMap() = default;
    AttributeMap(std::initializer_list<Entry> entries);
    /// Builds the map from many entries in any order. If several entries have the same name, the last one
    /// wins.
    explicit AttributeMap(std::vector<Entry> entries);

    /// The value under `name`, or null if there is none.
    const AttributeValue* find(std::string_view name) const;
    AttributeValue* find(std::string_view name);
    bool contains(std::string_view name) const { return find(name) != nullptr; }
    /// Sets the value under `name`, replacing any old value, and returns it.
    AttributeValue& set(std::string_view name, AttributeValue value);
    /// Same as calling set() for each entry in order, but without its quadratic cost.
    void set_all(std::vector<Entry> entries);
    /// Removes the value under `name`. Returns false if there was none.
    bool erase(std::string_view name);
    /// Removes the values under these names, which must be in byte order.
    void erase_all(const std::vector<std::string_view>& names);

    bool empty() const;
    std::size_t size() const;
    std::vector<Entry>::const_iterator begin() const;
    std::vector<Entry>::const_iterator end() const;

    friend bool operator==(const AttributeMap& a, const AttributeMap& b);

  private:
    std::vector<Entry> entries_;
};

/// SS, NS and BS: values without duplicates, in the order in which AWS returns them. Texts and bytes are in
/// byte order, numbers in numeric order. The code that makes a set sorts it; reading never does.
/// Source: the observations of AWS in paritysuite/dynamodb-conformance, October 2026.
template <typename T>
struct ValueSet {
    std::vector<T> values;

    /// True if the values are in order and have no duplicates.
    bool is_ascending() const {
        return std::ranges::adjacent_find(values, std::not_fn(std::less<T>())) == values.end();
    }
    /// Sorts the values. Returns false if there are duplicates.
    bool sort() {
        if (is_ascending()) return true;
        std::ranges::stable_sort(values);  // A merge sort, which is cheaper when most values are in order.
        return std::ranges::adjacent_find(values) == values.end();
    }
    bool contains(const T& value) const { return std::ranges::binary_search(values, value); }

    friend bool operator==(const ValueSet& a, const ValueSet& b) = default;
};

using StringSet = ValueSet<std::string>;
using NumberSet = ValueSet<Number>;
using BinarySet = ValueSet<Binary>;

template <typename T, typename Variant>
inline constexpr bool is_alternative = false;
template <typename T, typename... Alternatives>
inline constexpr bool is_alternative<T, std::variant<Alternatives...>> =
    std::disjunction_v<std::is_same<T, Alternatives>...>;

/// One of the variant's alternatives. They may be incomplete types.
template <typename T, typename Variant>
concept AlternativeOf = is_alternative<T, Variant>;

/// One DynamoDB value of any of the ten types.
class AttributeValue {
  public:
    /// The alternatives are in the order of AttributeType.
    using Variant = std::variant<std::string, Number, Binary, bool, Null, AttributeList, AttributeMap,
                                 StringSet, NumberSet, BinarySet>;

    template <AlternativeOf<Variant> T>
    AttributeValue(T value)  // NOLINT(google-explicit-constructor)
        : data_(std::in_place_type<T>, std::move(value)) {}
    AttributeValue(const char* text) : data_(std::string(text)) {}  // NOLINT(google-explicit-constructor)

    AttributeType type() const { return static_cast<AttributeType>(data_.index()); }

    template <typename T>
    const T* get_if() const {
        return std::get_if<T>(&data_);
    }
    template <typename T>
    T* get_if() {
        return std::get_if<T>(&data_);
    }
    template <typename T>
    const T& get() const {
        return std::get<T>(data_);
    }
    const Variant& data() const { return data_; }

    /// Two values are equal if they have the same type and value.
    friend bool operator==(const AttributeValue& a, const AttributeValue& b) { return a.data_ == b.data_; }

    /// The value's share of an item's size, in bytes. Source: "DynamoDB item sizes and formats".
    std::size_t size_bytes() const;

  private:
    Variant data_;
};

/// A value of type S, N or B as AWS's messages show it: "AttributeValue: {S:text}". Bytes are shown as the
/// Java buffer that holds them.
std::string key_value_text(const AttributeValue& value);

// Defined here because they need the complete AttributeValue, which an Entry contains.
inline bool AttributeMap::empty() const {
    return entries_.empty();
}
inline std::size_t AttributeMap::size() const {
    return entries_.size();
}
inline std::vector<AttributeMap::Entry>::const_iterator AttributeMap::begin() const {
    return entries_.begin();
}
inline std::vector<AttributeMap::Entry>::const_iterator AttributeMap::end() const {
    return entries_.end();
}

/// An item's size in bytes as DynamoDB counts it: names and values.
std::size_t item_size_bytes(const AttributeMap& item);

}  // namespace tailrace
