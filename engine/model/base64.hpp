#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tailrace {

/// RFC 4648 base64 with padding, as the wire carries binary values.
void append_base64(std::string& out, std::string_view bytes);

/// The bytes that `text` encodes, or nullopt if it is not padded base64.
std::optional<std::string> decode_base64(std::string_view text);

/// The same for base64url, with or without padding (RFC 4648, 5), as URLs carry bytes.
std::optional<std::string> decode_base64_url(std::string_view text);

}  // namespace tailrace
