#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace tailrace {

/// Reads the whole text as a number. Returns nullopt if it is not one, or is out of the type's range. A text
/// that is empty, begins with "+" or contains blanks is not a number.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

}  // namespace tailrace
