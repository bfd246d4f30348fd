#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"

namespace tailrace::server {

/// TLS cannot be served. what() is one line that a person can act on.
class TlsError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Frees an object of OpenSSL's.
template <auto Free>
struct OpenSslDeleter {
    template <typename T>
    void operator()(T* object) const {
        Free(object);
    }
};

using Certificate = std::unique_ptr<X509, OpenSslDeleter<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, OpenSslDeleter<EVP_PKEY_free>>;
using MemoryBio = std::unique_ptr<BIO, OpenSslDeleter<BIO_free_all>>;

/// Prepares OpenSSL, without its configuration file. Every use of OpenSSL begins with a call of this.
void begin_open_ssl();

/// Returns the reason of the last failure on this thread, in OpenSSL's words: "no shared cipher".
std::string open_ssl_reason();

/// Returns the certificates in a text in PEM form, in their order. Empty if there are none, or one is
/// damaged.
std::vector<Certificate> certificates_in(std::string_view pem);

/// Returns the private key in a text in PEM form, or null if there is none or it needs a passphrase.
PrivateKey private_key_in(std::string_view pem);

std::string pem_of(X509& certificate);
std::string pem_of(EVP_PKEY& key);

/// Returns the times from which and until which a certificate is valid.
std::chrono::sys_seconds valid_from(const X509& certificate);
std::chrono::sys_seconds valid_until(const X509& certificate);

}  // namespace tailrace::server
