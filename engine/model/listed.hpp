#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace tailrace {

/// "a, b": the texts of the elements, as messages list them. `text_of` takes an element, or points to one of
/// its members.
template <typename Range, typename TextOf = std::identity>
std::string listed(const Range& range, TextOf text_of = {}) {
    std::string out;
    std::string_view before;
    for (const auto& each : range) {
        out.append(before).append(std::invoke(text_of, each));
        before = ", ";
    }
    return out;
}

}  // namespace tailrace
