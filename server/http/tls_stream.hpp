#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tailrace::server {

/// How far a TlsStream has come.
struct TlsStep {
    enum class Result {
        done,
        /// The step goes on once the socket can be read, or written.
        wants_read,
        wants_write,
        /// The client has ended the connection properly.
        ended,
        failed
    };
    Result result;
    /// The bytes read or written if the result is `done`, at least one.
    std::size_t bytes = 0;
};

/// TLS on one connection's socket. No function waits: a step that cannot be finished says what it waits for,
/// and is then called again with the same bytes. Used only from the connection's thread, and not after its
/// socket is closed.
class TlsStream {
  public:
    virtual ~TlsStream() = default;
    virtual TlsStep shake_hands() = 0;
    virtual TlsStep read_some(std::span<char> space) = 0;
    /// Writes some of the first text and of the second, which follows it.
    virtual TlsStep write_some(std::string_view first, std::string_view second) = 0;
    /// Tells the client that nothing more follows.
    virtual void say_goodbye() = 0;
    /// Returns true if bytes have been taken from the socket and not been read yet.
    virtual bool has_unread_bytes() const = 0;
    /// Returns why the last step failed, for the log.
    virtual std::string fault() const = 0;
};

/// Makes the TlsStream of each connection that begins with TLS. May be called from any thread.
class TlsAcceptor {
  public:
    virtual ~TlsAcceptor() = default;
    /// The socket must not block. The process must ignore SIGPIPE.
    virtual std::unique_ptr<TlsStream> accept(int socket) = 0;
};

}  // namespace tailrace::server
