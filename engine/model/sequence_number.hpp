#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tailrace {

/// The text of a sequence number in the API: 21 digits, so that the texts sort as the numbers do.
std::string sequence_text(std::uint64_t sequence);

/// The number whose sequence_text() is `text`, or nullopt if there is none.
std::optional<std::uint64_t> parse_sequence(std::string_view text);

}  // namespace tailrace
