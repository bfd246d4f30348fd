#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tailrace {

/// The letter in lower case, or in upper case. Only ASCII letters change, whatever the locale.
constexpr char lower_case(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr char upper_case(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

inline std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = lower_case(c);
    return lower;
}

inline std::string upper_case(std::string_view text) {
    std::string upper(text);
    for (char& c : upper) c = upper_case(c);
    return upper;
}

/// Returns true if the texts are the same except for the case of ASCII letters.
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower_case(a[i]) != lower_case(b[i])) return false;
    }
    return true;
}

}  // namespace tailrace
