#pragma once

#include <algorithm>
#include <vector>

#include "engine/model/attribute_value.hpp"

namespace tailrace::expression {

/// The values of one set in order, for looking up many others among them.
template <typename T>
class SortedMembers {
  public:
    explicit SortedMembers(const ValueSet<T>& set) {
        members_.reserve(set.values.size());
        for (const T& each : set.values) members_.push_back(&each);
        std::sort(members_.begin(), members_.end(), less);
    }
    bool contains(const T& value) const {
        return std::binary_search(members_.begin(), members_.end(), &value, less);
    }

  private:
    static bool less(const T* a, const T* b) { return *a < *b; }

    std::vector<const T*> members_;
};

/// The members of `a`, then those of `b` that are not in `a`.
template <typename T>
ValueSet<T> set_union(const ValueSet<T>& a, const ValueSet<T>& b) {
    const SortedMembers<T> present(a);
    ValueSet<T> result = a;
    for (const T& each : b.values) {
        if (!present.contains(each)) result.values.push_back(each);
    }
    return result;
}

/// The members of `a` that are not in `b`.
template <typename T>
ValueSet<T> set_difference(const ValueSet<T>& a, const ValueSet<T>& b) {
    const SortedMembers<T> removed(b);
    ValueSet<T> result;
    for (const T& each : a.values) {
        if (!removed.contains(each)) result.values.push_back(each);
    }
    return result;
}

}  // namespace tailrace::expression
