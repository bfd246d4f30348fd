#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "server/http/tls_stream.hpp"

struct ssl_ctx_st;

namespace tailrace::server {

/// A server's certificate and its private key, both in PEM form. After the server's own certificate come
/// those that lead from it to its root.
struct TlsCredentials {
    std::string certificates;
    std::string key;
    friend bool operator==(const TlsCredentials&, const TlsCredentials&) = default;
};

/// TLS 1.2 and 1.3 by OpenSSL.
class TlsServer final : public TlsAcceptor {
  public:
    /// Throws TlsError.
    explicit TlsServer(const TlsCredentials& credentials);

    /// Uses other credentials for the connections that begin from now on. Throws TlsError, and then goes on
    /// with the old ones. May be called from any thread.
    void use(const TlsCredentials& credentials);
    std::unique_ptr<TlsStream> accept(int socket) override;

  private:
    std::mutex mutex_;
    std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace tailrace::server
