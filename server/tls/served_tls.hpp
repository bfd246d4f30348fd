#pragma once

#include <string>
#include <string_view>

#include "engine/model/clock.hpp"
#include "server/process/log.hpp"
#include "server/tls/tls_server.hpp"

namespace tailrace::server {

/// Where a server's certificate comes from: from nowhere, from two files, or from LocalCertificates.
struct TlsOptions {
    bool is_self_signed = false;
    /// For self-signed certificates; empty if the machine has no place for them.
    std::string folder;
    std::string certificate_file;
    std::string key_file;

    bool is_on() const { return is_self_signed || !certificate_file.empty(); }
};

/// Returns the folder for self-signed certificates if none is named: beside the database's file, or in the
/// user's folder for programs' data. Empty if there is neither.
std::string usual_tls_folder(std::string_view database_file);

/// The TLS of a server. It checks its certificate again now and then. For one thread, except acceptor().
class ServedTls {
  public:
    /// The clock is that of the clients. It and the log must outlive this object. Throws TlsError.
    ServedTls(TlsOptions options, const Clock& clock, const Log& log);

    TlsAcceptor& acceptor() { return server_; }
    /// Renews a self-signed certificate in time, and uses what has changed in the files for new connections.
    /// If that fails, goes on with the old certificate, and logs why once.
    void refresh() noexcept;
    /// Returns the line for people that says which CA a client has to trust. Empty if the certificate is not
    /// self-signed, because it is then from the user.
    std::string authority_text() const;

  private:
    TlsCredentials read() const;
    void warn() const;

    TlsOptions options_;
    const Clock& clock_;
    const Log& log_;
    TlsCredentials credentials_;
    TlsServer server_;
    /// Why the last refresh failed; empty if it succeeded.
    std::string fault_;
};

}  // namespace tailrace::server
