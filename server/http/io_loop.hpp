#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>

#include "server/http/session.hpp"

namespace tailrace::server {

/// One thread's event loop with the connections it serves. A connection stays with its loop, so two threads
/// never touch it.
///
/// Timeouts cost a request nothing. Once a second, and only while there are connections, the loop checks them
/// all and closes those that have been quiet for too long.
class IoLoop {
  public:
    /// How long a connection may be quiet: normally, and once the server is stopping. And how long a client
    /// has to begin TLS.
    struct Patience {
        std::chrono::seconds idle_timeout;
        std::chrono::seconds stop_patience;
        std::chrono::seconds handshake_patience;
    };

    IoLoop(SessionContext context, Patience patience);

    boost::asio::io_context& io_context() { return io_context_; }

    /// Serves until stop() is called and connected clients are served. Call from one thread.
    void run() { io_context_.run(); }
    /// Takes over a connection. May be called from any thread.
    void serve(LoopSocket socket);
    /// Closes idle connections, answers what the others have sent, and lets run() return. A client in the
    /// middle of a request has `stop_patience` to finish it. May be called from any thread.
    void stop();

  private:
    void start_session(LoopSocket socket);
    void end_session(std::list<Session>::iterator session, std::exception_ptr failure);
    void begin_stop();
    void schedule_sweep();
    void sweep();
    bool is_over(const Session& session) const;

    boost::asio::io_context io_context_;
    boost::asio::executor_work_guard<LoopExecutor> work_;
    boost::asio::steady_timer sweep_timer_;
    bool sweep_scheduled_ = false;
    Patience patience_;
    std::uint64_t stop_tick_ = 0;
    SessionContext context_;
    std::list<Session> sessions_;
};

}  // namespace tailrace::server
