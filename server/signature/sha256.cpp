// This file uses functions that OpenSSL 3 has deprecated. The functions that replace them work through
// providers. That is slower, and links a few megabytes and dlopen() into the executable. OpenSSL 3 has no
// other functions that work without a provider.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "server/signature/sha256.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace tailrace::server {
namespace {

static_assert(sizeof(Sha256) == SHA256_DIGEST_LENGTH);

Sha256 sha256_of(std::string_view first, std::string_view second) {
    SHA256_CTX state;
    Sha256 hash;
    SHA256_Init(&state);
    SHA256_Update(&state, first.data(), first.size());
    SHA256_Update(&state, second.data(), second.size());
    SHA256_Final(hash.data(), &state);
    return hash;
}

}  // namespace

Sha256 sha256(std::string_view text) {
    return sha256_of(text, {});
}

Sha256 hmac_sha256(std::string_view key, std::string_view text) {
    constexpr char inner_pad = 0x36;
    constexpr char outer_pad = 0x5c;
    Sha256 short_key;
    if (key.size() > SHA256_CBLOCK) {
        short_key = sha256(key);
        key = bytes_of(short_key);
    }
    std::array<char, SHA256_CBLOCK> inner;
    std::array<char, SHA256_CBLOCK> outer;
    inner.fill(inner_pad);
    outer.fill(outer_pad);
    for (std::size_t i = 0; i < key.size(); ++i) {
        inner[i] = static_cast<char>(inner[i] ^ key[i]);
        outer[i] = static_cast<char>(outer[i] ^ key[i]);
    }
    const Sha256 hash = sha256_of({inner.data(), inner.size()}, text);
    return sha256_of({outer.data(), outer.size()}, bytes_of(hash));
}

std::string_view bytes_of(const Sha256& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string hex_of(std::span<const unsigned char> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const unsigned char byte : bytes) text.append({digits[byte >> 4U], digits[byte & 15U]});
    return text;
}

bool is_hex_of(std::string_view text, const Sha256& hash) {
    const std::string expected = hex_of(hash);
    return text.size() == expected.size() && CRYPTO_memcmp(text.data(), expected.data(), text.size()) == 0;
}

}  // namespace tailrace::server
