#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace tailrace {

/// The number that the whole text is, or nullopt if it is something else or out of the type's range. A "+" in
/// front, blanks and an empty text are something else.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

}  // namespace tailrace
