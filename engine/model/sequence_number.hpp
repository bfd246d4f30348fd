#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tailrace {

/// The text by which the API names a sequence number: 21 digits, so that texts sort as the numbers do.
std::string sequence_text(std::uint64_t sequence);

/// The number that sequence_text() writes so; nothing when `text` is not one it writes.
std::optional<std::uint64_t> parse_sequence(std::string_view text);

}  // namespace tailrace
