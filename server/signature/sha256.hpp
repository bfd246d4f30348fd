#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace tailrace::server {

using Sha256 = std::array<unsigned char, 32>;

Sha256 sha256(std::string_view text);

/// Returns the keyed hash of RFC 2104 with SHA-256.
Sha256 hmac_sha256(std::string_view key, std::string_view text);

/// Returns the hash's bytes as they are.
std::string_view bytes_of(const Sha256& hash);

/// Returns two hexadecimal digits of lower case for each byte.
std::string hex_of(std::span<const unsigned char> bytes);

/// Returns true if `text` is hex_of(hash). Takes the same time for all texts of one length, so that timing
/// reveals nothing about the hash.
bool is_hex_of(std::string_view text, const Sha256& hash);

}  // namespace tailrace::server
