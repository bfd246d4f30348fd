#pragma once

#include <algorithm>
#include <iterator>

#include "engine/model/attribute_value.hpp"

namespace tailrace::expression {

/// The values that are in `a`, in `b` or in both.
template <typename T>
ValueSet<T> set_union(const ValueSet<T>& a, const ValueSet<T>& b) {
    ValueSet<T> result;
    result.values.reserve(a.values.size() + b.values.size());
    std::ranges::set_union(a.values, b.values, std::back_inserter(result.values));
    return result;
}

/// The values of `a` that are not in `b`.
template <typename T>
ValueSet<T> set_difference(const ValueSet<T>& a, const ValueSet<T>& b) {
    ValueSet<T> result;
    std::ranges::set_difference(a.values, b.values, std::back_inserter(result.values));
    return result;
}

}  // namespace tailrace::expression
