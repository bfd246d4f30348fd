#pragma once

#include <compare>
#include <cstddef>
#include <optional>

#include "engine/model/attribute_value.hpp"

namespace tailrace::expression {

/// How two values are ordered: S and B by unsigned bytes, N numerically; anything else, and two values of
/// different types, are unordered.
std::partial_ordering order(const AttributeValue& a, const AttributeValue& b);

/// True for S, N and B.
bool is_ordered(AttributeType type);

/// Both S or both B.
bool begins_with(const AttributeValue& value, const AttributeValue& prefix);

/// S in S and B in B as a part of it; any value as a member of a list or of a set of its type.
bool contains(const AttributeValue& container, const AttributeValue& element);

/// What size() is of a value: UTF-16 units of S, bytes of B, members of sets, lists and maps; nothing for
/// other types.
std::optional<std::size_t> size_of(const AttributeValue& value);
bool has_size(AttributeType type);

}  // namespace tailrace::expression
