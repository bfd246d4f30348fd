#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "engine/model/clock.hpp"
#include "server/http/request_parser.hpp"
#include "server/http/request_threads.hpp"
#include "server/log.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/response_head.hpp"

namespace tailrace::server {

using LoopExecutor = boost::asio::io_context::executor_type;
using LoopSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, LoopExecutor>;
template <typename T>
using LoopAwaitable = boost::asio::awaitable<T, LoopExecutor>;

/// What the sessions of one loop share. `tick` counts the loop's seconds; `stopping` says that a response
/// under way is the connection's last.
struct SessionContext {
    RequestHandler& handler;
    RequestThreads& threads;
    const Clock& clock;
    const Log& log;
    RequestLimits limits;
    ResponseHeadWriter head_writer;
    std::uint64_t tick = 0;
    bool stopping = false;
};

/// One connection: receives a request, has it answered, sends the response, and again, in the order in which
/// the requests came, until either side closes. Used from its loop's thread alone.
class Session {
  public:
    Session(LoopSocket socket, SessionContext& context);

    /// The connection's life. Returns when it is over.
    LoopAwaitable<void> run();

    /// Whether a part of a request has come, and not yet all of it.
    bool is_receiving() const { return phase_ == Phase::receiving; }
    /// Whether the response has gone out and the client is to see the end of the connection.
    bool is_draining() const { return phase_ == Phase::draining; }
    /// Since when (in ticks) the client has neither sent nor taken anything; nothing while it is the server's
    /// turn.
    std::optional<std::uint64_t> quiet_since() const;
    /// Ends the connection; run() returns soon after.
    void close();
    /// The server stops: what has come is answered, and nothing more is waited for.
    void begin_stop();
    /// Gives up a request that waits, when its client has left.
    void look_for_client();

  private:
    enum class Phase { waiting, receiving, answering, sending, draining };
    enum class Received { request, end, refused };

    LoopAwaitable<Received> receive();
    /// Parses what is in the buffer: nothing when more is needed.
    std::optional<Received> parse_buffered();
    LoopAwaitable<bool> send_continue();
    LoopAwaitable<void> answer_outside_loop(Answering kind);
    bool takes_another() const;
    bool has_unread_bytes() const;
    /// True when everything went out at once.
    bool send_at_once(bool keep_alive);
    LoopAwaitable<void> send_rest();
    LoopAwaitable<void> drain();
    void refuse(const boost::system::error_code& error);
    void enter(Phase phase);

    LoopSocket socket_;
    SessionContext& context_;
    Phase phase_ = Phase::waiting;
    std::uint64_t phase_tick_;
    ReceivedRequest received_;
    /// While a request is answered outside the loop.
    std::optional<std::stop_source> given_up_;
    std::optional<RequestParser> parser_;
    std::unique_ptr<char[]> buffer_;
    std::size_t buffer_begin_ = 0;
    std::size_t buffer_end_ = 0;
    HttpResponse response_;
    std::string head_;
    std::size_t sent_bytes_ = 0;
    boost::system::error_code send_error_;
};

}  // namespace tailrace::server
