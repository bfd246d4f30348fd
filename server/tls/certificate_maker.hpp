#pragma once

#include "server/tls/open_ssl.hpp"

namespace tailrace::server {

/// A certificate with its private key.
struct CertifiedKey {
    Certificate certificate;
    PrivateKey key;
};

/// Browsers may refuse a server's certificate that is valid for more than 398 days. One day less leaves a
/// margin.
inline constexpr std::chrono::days server_validity{397};
inline constexpr std::chrono::days authority_validity{3650};

/// Makes a CA. It is valid only for localhost, the names that end in .localhost, 127.0.0.1 and ::1, so
/// clients that trust it trust it for no other names (RFC 5280, section 4.2.1.10). It begins to be valid a
/// day ago, for clients whose clock is slow. Throws TlsError.
CertifiedKey make_authority(std::chrono::sys_seconds now);

/// Makes a server's certificate for those names, by a CA. Throws TlsError.
CertifiedKey make_server_certificate(const CertifiedKey& authority, std::chrono::sys_seconds now);

/// Returns true if a certificate has this key, is valid, and remains so for that long.
bool is_usable(const CertifiedKey& pair, std::chrono::sys_seconds now, std::chrono::days remaining);

/// Returns true if a certificate was made by a CA.
bool is_made_by(const CertifiedKey& authority, const CertifiedKey& pair);

}  // namespace tailrace::server
