#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "engine/model/clock.hpp"
#include "server/http/body_memory.hpp"
#include "server/http/connection.hpp"
#include "server/http/request_parser.hpp"
#include "server/http/request_threads.hpp"
#include "server/process/log.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/response_head.hpp"

namespace tailrace::server {

/// What the sessions of one loop share. `tick` counts the loop's seconds. If `stopping` is true, a connection
/// answers only what has arrived, and then ends.
struct SessionContext {
    RequestHandler& handler;
    RequestThreads& threads;
    BodyMemory& body_memory;
    const Clock& clock;
    const Log& log;
    RequestLimits limits;
    /// How long a body waits for its memory, and how long its client may pause while sending it.
    std::chrono::seconds body_patience;
    ResponseHeadWriter head_writer;
    /// Null if no connection may begin with TLS.
    TlsAcceptor* tls = nullptr;
    std::uint64_t tick = 0;
    bool stopping = false;
    /// The number of open connections.
    std::size_t connections = 0;
};

/// One connection. It receives a request, has it answered and sends the response, again and again and in the
/// order of the requests, until either side closes. Used only from its loop's thread.
class Session {
  public:
    Session(LoopSocket socket, SessionContext& context);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Runs the connection, and returns when it is over.
    LoopAwaitable<void> run();

    /// Returns true if TLS has begun and no data of the client has come through it yet.
    bool is_shaking_hands() const { return phase_ == Phase::shaking_hands; }
    /// Returns true if a request has arrived in part.
    bool is_receiving() const { return phase_ == Phase::receiving; }
    /// Returns true if the response is sent and the connection only waits for the client to close its side.
    bool is_draining() const { return phase_ == Phase::draining; }
    /// Returns the tick since which the client has neither sent nor received anything, or nullopt while it
    /// waits for the server.
    std::optional<std::uint64_t> quiet_since() const;
    /// Ends the connection; run() returns soon after.
    void close();
    /// Called when the server is stopping: answers what has arrived and waits for nothing more.
    void begin_stop();
    /// Returns true if the header has arrived and the body has not arrived completely.
    bool is_receiving_body() const { return is_receiving() && parser_->is_header_done(); }
    /// Refuses the request because its body did not arrive in time.
    void refuse_late_body();
    /// If the client has left, ends the wait of its request, or the delay of its answer.
    void look_for_client();

  private:
    enum class Phase { waiting, shaking_hands, receiving, reserving, answering, sending, draining };
    enum class Received { request, end, refused };

    /// Returns false if the connection is over before its first request.
    LoopAwaitable<bool> begin();
    LoopAwaitable<Received> receive();
    /// Returns the request that has been received.
    HttpRequest request();
    /// Parses what is in the buffer. Returns nullopt if more is needed.
    std::optional<Received> parse_buffered();
    LoopAwaitable<bool> send_continue();
    std::uint64_t wanted_body_memory() const;
    LoopAwaitable<Received> reserve_body();
    void give_back_body();
    /// Waits until the other requests that have arrived are answered too, and then makes their commit.
    LoopAwaitable<void> share_commit();
    LoopAwaitable<void> answer_outside_loop(Answering kind);
    bool takes_another() const;
    /// Returns true if everything was sent at once.
    bool send_at_once(bool keep_alive);
    LoopAwaitable<void> send_rest();
    /// Sends the response, or not, as its fault says. Returns whether the connection goes on.
    LoopAwaitable<bool> send_with_fault(bool keep_alive);
    LoopAwaitable<void> wait_for(const operation::AnswerFault& fault);
    /// Both are called while an answer is delayed. A stopping server sends the answer at once.
    bool is_cut_short() const { return context_.stopping || given_up_->stop_requested(); }
    bool client_has_left() const { return given_up_->stop_requested() && !context_.stopping; }
    LoopAwaitable<void> send_slowly(std::string_view bytes, std::chrono::milliseconds duration);
    LoopAwaitable<void> pause(std::chrono::milliseconds duration);
    LoopAwaitable<void> drain();
    void refuse(const boost::system::error_code& error);
    void enter(Phase phase);

    Connection connection_;
    SessionContext& context_;
    Phase phase_ = Phase::waiting;
    std::uint64_t phase_tick_;
    ReceivedRequest received_;
    BodyMemory::Share body_share_;
    /// The timer of the wait that the server cuts short when it stops.
    std::shared_ptr<LoopTimer> wait_;
    bool body_is_late_ = false;
    /// Set while a request is answered outside the loop or its answer is delayed.
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
