#include "server/tls/tls_server.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <new>

#include "server/tls/open_ssl.hpp"

namespace tailrace::server {
namespace {

/// The maximum number of bytes that one record carries (RFC 8446, section 5.1).
constexpr std::size_t record_bytes = 16384;

constexpr const char* client_closed = "the client closed the connection";

class OpenSslStream final : public TlsStream {
  public:
    OpenSslStream(SSL_CTX& context, int socket) : ssl_(SSL_new(&context)) {
        if (!ssl_ || SSL_set_fd(ssl_.get(), socket) != 1) throw std::bad_alloc();
    }

    TlsStep shake_hands() override {
        ERR_clear_error();
        return step_of(SSL_accept(ssl_.get()), 0);
    }

    TlsStep read_some(std::span<char> space) override {
        std::size_t count = 0;
        ERR_clear_error();
        const int result = SSL_read_ex(ssl_.get(), space.data(), space.size(), &count);
        return step_of(result, count);
    }

    TlsStep write_some(std::string_view first, std::string_view second) override {
        std::string_view text = first.empty() ? second : first;
        if (!first.empty() && !second.empty()) {
            // Together, because a record for each would be two packets.
            joined_.assign(first.substr(0, record_bytes));
            joined_.append(second.substr(0, record_bytes - joined_.size()));
            text = joined_;
        }
        std::size_t count = 0;
        ERR_clear_error();
        const int result = SSL_write_ex(ssl_.get(), text.data(), text.size(), &count);
        return step_of(result, count);
    }

    void say_goodbye() override {
        if (is_over_ || SSL_in_init(ssl_.get()) == 1) return;
        is_over_ = true;
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
    }

    bool has_unread_bytes() const override { return SSL_has_pending(ssl_.get()) == 1; }
    std::string fault() const override { return fault_; }

  private:
    TlsStep step_of(int result, std::size_t bytes) {
        using Result = TlsStep::Result;
        if (result == 1) return {Result::done, bytes};
        switch (SSL_get_error(ssl_.get(), result)) {
            case SSL_ERROR_WANT_READ:
                return {Result::wants_read};
            case SSL_ERROR_WANT_WRITE:
                return {Result::wants_write};
            case SSL_ERROR_ZERO_RETURN:
                fault_ = client_closed;
                return {Result::ended};
            case SSL_ERROR_SSL:
                fault_ = open_ssl_reason();
                break;
            default:
                fault_ = client_closed;
        }
        // After this, OpenSSL's object may no longer be used.
        is_over_ = true;
        return {Result::failed};
    }

    std::unique_ptr<SSL, OpenSslDeleter<SSL_free>> ssl_;
    std::string joined_;
    bool is_over_ = false;
    std::string fault_;
};

std::shared_ptr<SSL_CTX> make_context(const TlsCredentials& credentials) {
    begin_open_ssl();
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (!context) throw std::bad_alloc();
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    // HTTP has its own marks of where a request ends.
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    // A write that had to wait is repeated with the same bytes, but from elsewhere. A quiet connection keeps
    // no buffers.
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context.get(), 1);
    // Clients keep their sessions themselves, in tickets.
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);

    const std::vector<Certificate> chain = certificates_in(credentials.certificates);
    const PrivateKey key = private_key_in(credentials.key);
    if (chain.empty() || !key) throw TlsError("there is no certificate, or no key");
    bool fits = SSL_CTX_use_certificate(context.get(), chain.front().get()) == 1 &&
                SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1;
    for (std::size_t i = 1; fits && i < chain.size(); ++i)
        fits = SSL_CTX_add1_chain_cert(context.get(), chain[i].get()) == 1;
    if (!fits) throw TlsError("the certificate cannot be used: " + open_ssl_reason());
    return context;
}

}  // namespace

TlsServer::TlsServer(const TlsCredentials& credentials) : context_(make_context(credentials)) {}

void TlsServer::use(const TlsCredentials& credentials) {
    std::shared_ptr<SSL_CTX> context = make_context(credentials);
    const std::lock_guard lock(mutex_);
    context_.swap(context);
}

std::unique_ptr<TlsStream> TlsServer::accept(int socket) {
    const std::lock_guard lock(mutex_);
    return std::make_unique<OpenSslStream>(*context_, socket);
}

}  // namespace tailrace::server
