#pragma once

#include <compare>
#include <cstddef>
#include <optional>

#include "engine/model/attribute_value.hpp"

namespace tailrace::expression {

/// The order of two values: S and B by unsigned bytes, N numerically. Other types, and values of different
/// types, are unordered.
std::partial_ordering order(const AttributeValue& a, const AttributeValue& b);

/// True for S, N and B.
bool is_ordered(AttributeType type);
/// True for S and B, which begins_with() takes.
bool has_prefix(AttributeType type);
/// True for SS, NS and BS.
bool is_set(AttributeType type);

/// True if both are S or both are B, and `value` begins with `prefix`.
bool begins_with(const AttributeValue& value, const AttributeValue& prefix);

/// True if `container` is an S or a B and `element`, of the same type, is a part of it; or if `container` is
/// a list or a set and `element` is one of its members.
bool contains(const AttributeValue& container, const AttributeValue& element);

/// The size() of a value: UTF-16 units of S, bytes of B, members of sets, lists and maps; nullopt for other
/// types.
std::optional<std::size_t> size_of(const AttributeValue& value);
bool has_size(AttributeType type);

}  // namespace tailrace::expression
