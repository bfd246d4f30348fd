#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tailrace {

/// RFC 4648 base64 with padding, as the wire carries binary values.
void append_base64(std::string& out, std::string_view bytes);

/// Why a text is not padded base64: its length, a character outside the alphabet, or bits after the last byte
/// that are not zero.
enum class Base64Fault { length, character, spare_bits };

/// Returns the first fault of `text`, or nullopt if it has none.
std::optional<Base64Fault> find_base64_fault(std::string_view text);

/// The bytes that `text` encodes, or nullopt if its length or a character is at fault. Spare bits are
/// ignored.
std::optional<std::string> decode_base64(std::string_view text);

/// The same for base64url, with or without padding (RFC 4648, 5), as URLs carry bytes.
std::optional<std::string> decode_base64_url(std::string_view text);

}  // namespace tailrace
