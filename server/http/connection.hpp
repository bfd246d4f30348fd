#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "server/http/tls_stream.hpp"

namespace tailrace::server {

using LoopExecutor = boost::asio::io_context::executor_type;
using LoopSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, LoopExecutor>;
using LoopTimer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, LoopExecutor>;
template <typename T>
using LoopAwaitable = boost::asio::awaitable<T, LoopExecutor>;
/// The token that makes an asynchronous operation a LoopAwaitable.
constexpr boost::asio::use_awaitable_t<LoopExecutor> use_awaitable;

/// The bytes of one connection: those of its socket, or those of a TlsStream on it. Without TLS its functions
/// are the socket's own. An operation that is cancelled, or whose socket was closed, ends with an error. The
/// buffers and the error must last as long as an operation. Used only from its loop's thread.
class Connection {
  public:
    /// Two texts that are sent one after the other.
    using Texts = std::array<boost::asio::const_buffer, 2>;

    explicit Connection(LoopSocket socket) : socket_(std::move(socket)) {}

    LoopSocket& socket() { return socket_; }
    const LoopSocket& socket() const { return socket_; }
    bool is_tls() const { return tls_ != nullptr; }

    /// Returns true if the client has sent bytes that have not been read yet.
    bool has_unread_bytes() const;
    /// Waits until there are such bytes or the client sends no more.
    LoopAwaitable<void> wait_for_bytes(boost::system::error_code& error);
    /// Returns true if the unread bytes begin as TLS begins, which no request does.
    bool begins_with_tls();
    /// From then on, the bytes are those of TLS.
    void begin_tls(TlsAcceptor& acceptor) { tls_ = acceptor.accept(socket_.native_handle()); }
    LoopAwaitable<void> shake_hands(boost::system::error_code& error);
    /// Returns why TLS failed, for the log.
    std::string tls_fault() const { return tls_->fault(); }

    LoopAwaitable<std::size_t> read_some(boost::asio::mutable_buffer space,
                                         boost::system::error_code& error) {
        if (tls_ != nullptr) return read_decrypted(space, error);
        return socket_.async_read_some(space, boost::asio::redirect_error(use_awaitable, error));
    }
    /// Writes everything.
    LoopAwaitable<std::size_t> write(const Texts& texts, boost::system::error_code& error) {
        if (tls_ != nullptr) return write_encrypted(texts, error);
        return boost::asio::async_write(socket_, texts, boost::asio::redirect_error(use_awaitable, error));
    }
    /// Writes what can be written without waiting, and returns how much that is.
    std::size_t write_at_once(const Texts& texts, boost::system::error_code& error) {
        if (tls_ != nullptr) return write_encrypted_at_once(texts, error);
        const std::size_t count = socket_.write_some(texts, error);
        if (error == boost::asio::error::would_block) error.clear();
        return count;
    }
    /// In TLS, tells the client that nothing more follows. After that, only the socket is used.
    void say_goodbye();
    /// Makes the end of the connection look as if the network had cut it.
    void cut() { tls_.reset(); }

  private:
    LoopAwaitable<std::size_t> read_decrypted(boost::asio::mutable_buffer space,
                                              boost::system::error_code& error);
    LoopAwaitable<std::size_t> write_encrypted(Texts texts, boost::system::error_code& error);
    std::size_t write_encrypted_at_once(Texts texts, boost::system::error_code& error);
    /// Writes until nothing is left of the texts, or until a step is not done, and returns the last result.
    TlsStep::Result encrypt(Texts& texts, std::size_t& written);
    LoopAwaitable<void> wait_for(TlsStep::Result wanted, boost::system::error_code& error);
    /// Sets the error if the socket is closed: its number may be another connection's now.
    void check_is_open(boost::system::error_code& error) const;

    LoopSocket socket_;
    std::unique_ptr<TlsStream> tls_;
};

}  // namespace tailrace::server
