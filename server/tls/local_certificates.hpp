#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "server/tls/tls_server.hpp"

namespace tailrace::server {

/// A server's certificate is replaced if it is valid for less than this.
inline constexpr std::chrono::days server_renewal{30};

/// The certificates of --tls self-signed: a CA, and the server's certificate that it has signed. They are
/// files of one folder, with their private keys, which only the owner can read.
class LocalCertificates {
  public:
    explicit LocalCertificates(std::string folder);

    /// Returns the server's certificate. What is missing, damaged or nearly expired is replaced first. If the
    /// CA is replaced, so is the server's certificate. Servers that share a folder take turns. Throws
    /// TlsError.
    TlsCredentials credentials(std::chrono::sys_seconds now) const;

    /// Returns the absolute path of the CA's certificate.
    std::string authority_path() const;
    /// Returns the paths of the private keys.
    std::vector<std::string> key_paths() const;

  private:
    std::string folder_;
};

}  // namespace tailrace::server
