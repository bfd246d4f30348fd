#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/model/clock.hpp"
#include "server/http/tls_stream.hpp"
#include "server/process/log.hpp"
#include "server/wire/http_message.hpp"

namespace tailrace::server {

struct HttpServerOptions {
    /// See Listeners.
    std::string host = "127.0.0.1";
    /// 0 for any free port.
    std::uint16_t port = 8000;
    int threads = 1;
    /// A connection is closed after this time without a byte from or to the client.
    std::chrono::seconds idle_timeout{300};
    /// How much time a client in the middle of a request gets to finish it once the server is stopping.
    std::chrono::seconds stop_patience{2};
    /// True for the first process of a container, which inherits every orphan: it then reaps them, so that
    /// none remains as a zombie. run() must then be called from the main thread.
    bool reaps_orphans = false;
    /// For the bodies of all connections together, at least the size of the largest body.
    std::uint64_t body_memory_bytes = 256UL * 1024 * 1024;
    /// See RequestLimits::function_bytes.
    std::uint64_t max_function_bytes = 0;
    /// How long a body waits for its memory, and how long its client may pause while sending it.
    std::chrono::seconds body_patience{30};
    /// If it is given, a client may also speak TLS, on the same port. It must outlive the server.
    TlsAcceptor* tls = nullptr;
    /// How long a client has for the handshake of TLS.
    std::chrono::seconds handshake_patience{10};
};

/// An HTTP/1.1 server. It listens and has the handler answer every request: on its own few threads, or
/// outside them if a request may block.
class HttpServer {
  public:
    /// Listens from now on; requests wait until run(). The handler, the clock and the log must outlive the
    /// server. Throws ListenError.
    HttpServer(const HttpServerOptions& options, RequestHandler& handler, const Clock& clock, const Log& log);
    ~HttpServer();

    /// Returns the port that it listens on, the same on every host.
    std::uint16_t port() const;
    /// Returns the addresses that it listens on, at least one, in the form of a URL: "127.0.0.1", "[::1]".
    const std::vector<std::string>& hosts() const;

    /// Runs `work` at that interval while the server runs, on the thread of run(). It must be short and must
    /// not throw. Call before run(), once for each kind of work.
    void every(std::chrono::milliseconds interval, std::function<void()> work);

    /// Runs `work` when stopping begins, on the thread of run(). Call before run(), once.
    void on_stop(std::function<void()> work);

    /// Serves on this thread and the others until SIGINT, SIGTERM or stop(). Then answers every request that
    /// has arrived, even on connections that are not accepted yet, and accepts no more. It cuts short the
    /// requests that wait, closes the connections and returns. After that nothing calls the handler. A second
    /// signal ends the process at once.
    void run();
    /// Makes run() return. May be called from any thread.
    void stop();
    /// Returns the requests being answered outside the loops, such as "POST /_tailrace/streams/drain". May be
    /// called from any thread.
    std::vector<std::string> requests_under_way() const;

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace tailrace::server
