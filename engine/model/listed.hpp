#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace tailrace {

/// "a, b": the text of each element, as messages list them. `text_of` gets an element, or is a member of it.
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
