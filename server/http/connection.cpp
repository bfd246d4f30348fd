#include "server/http/connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <span>

namespace tailrace::server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// The type of the record with which a client begins TLS (RFC 8446, section 5.1). A request begins with a
/// letter.
constexpr char handshake_record = 22;

std::string_view text_of(const asio::const_buffer& buffer) {
    return {static_cast<const char*>(buffer.data()), buffer.size()};
}

/// Removes the first bytes of the texts.
void remove_prefix(Connection::Texts& texts, std::size_t bytes) {
    const std::size_t of_first = std::min(bytes, texts[0].size());
    texts[0] += of_first;
    texts[1] += bytes - of_first;
}

}  // namespace

bool Connection::has_unread_bytes() const {
    if (tls_ != nullptr && tls_->has_unread_bytes()) return true;
    error_code error;
    return socket_.available(error) > 0;
}

LoopAwaitable<void> Connection::wait_for_bytes(error_code& error) {
    return socket_.async_wait(LoopSocket::wait_read, asio::redirect_error(use_awaitable, error));
}

bool Connection::begins_with_tls() {
    char first = 0;
    return ::recv(socket_.native_handle(), &first, 1, MSG_PEEK) == 1 && first == handshake_record;
}

LoopAwaitable<void> Connection::shake_hands(error_code& error) {
    check_is_open(error);
    while (!error) {
        const TlsStep step = tls_->shake_hands();
        if (step.result == TlsStep::Result::done) co_return;
        co_await wait_for(step.result, error);
    }
}

LoopAwaitable<std::size_t> Connection::read_decrypted(asio::mutable_buffer space, error_code& error) {
    check_is_open(error);
    while (!error) {
        const TlsStep step = tls_->read_some({static_cast<char*>(space.data()), space.size()});
        if (step.result == TlsStep::Result::done) co_return step.bytes;
        co_await wait_for(step.result, error);
    }
    co_return 0;
}

LoopAwaitable<std::size_t> Connection::write_encrypted(Texts texts, error_code& error) {
    std::size_t written = 0;
    check_is_open(error);
    while (!error) {
        const TlsStep::Result result = encrypt(texts, written);
        if (result == TlsStep::Result::done) break;
        co_await wait_for(result, error);
    }
    co_return written;
}

std::size_t Connection::write_encrypted_at_once(Texts texts, error_code& error) {
    std::size_t written = 0;
    check_is_open(error);
    if (!error && encrypt(texts, written) == TlsStep::Result::failed) error = asio::error::connection_reset;
    return written;
}

TlsStep::Result Connection::encrypt(Texts& texts, std::size_t& written) {
    while (asio::buffer_size(texts) > 0) {
        const TlsStep step = tls_->write_some(text_of(texts[0]), text_of(texts[1]));
        if (step.result != TlsStep::Result::done) return step.result;
        remove_prefix(texts, step.bytes);
        written += step.bytes;
    }
    return TlsStep::Result::done;
}

/// Waits until the TLS stream can go on. Ends with an error if it cannot.
LoopAwaitable<void> Connection::wait_for(TlsStep::Result wanted, error_code& error) {
    if (wanted == TlsStep::Result::ended || wanted == TlsStep::Result::failed) {
        error = wanted == TlsStep::Result::ended
                    ? asio::error::make_error_code(asio::error::eof)
                    : asio::error::make_error_code(asio::error::connection_reset);
        co_return;
    }
    auto token = asio::redirect_error(use_awaitable, error);
    const auto kind = wanted == TlsStep::Result::wants_read ? LoopSocket::wait_read : LoopSocket::wait_write;
    co_await socket_.async_wait(kind, token);
    if (!error) check_is_open(error);
}

void Connection::check_is_open(error_code& error) const {
    error = socket_.is_open() ? error_code() : asio::error::make_error_code(asio::error::operation_aborted);
}

void Connection::say_goodbye() {
    if (tls_ != nullptr && socket_.is_open()) tls_->say_goodbye();
}

}  // namespace tailrace::server
