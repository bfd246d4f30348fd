#include "server/http/session.hpp"

#include <poll.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>
#include <optional>
#include <utility>

#include "engine/model/api_error.hpp"
#include "server/web/web_message.hpp"

namespace tailrace::server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

/// Larger than the limit for a request's head, which the parser needs in one piece.
constexpr std::size_t buffer_bytes = 64 * 1024;

/// A refused client may still be sending its body. At most this much of it is read, so that the client sees
/// the refusal before the connection is reset.
constexpr std::size_t drained_bytes = 64 * 1024 * 1024;

/// A body takes memory in steps of this size, which is as much as is read at once.
constexpr std::uint64_t body_step_bytes = buffer_bytes;

constexpr int request_timeout = 408;

/// The number of pieces into which an answer is split if a fault slows it down.
constexpr std::size_t slow_pieces = 8;

/// How often to look at a clock that may be moved by hand.
constexpr std::chrono::milliseconds clock_look_interval{5};

/// Replaces the checksum in a response's head with another one.
void falsify_checksum(std::string& head) {
    const std::size_t digit = head.find("x-amz-crc32: ") + std::strlen("x-amz-crc32: ");
    head[digit] = head[digit] == '1' ? '2' : '1';
}

/// What poll() reports for a client that sends no more. Only Linux has an event for it.
#ifdef POLLRDHUP
constexpr short client_is_gone = POLLRDHUP;
#else
constexpr short client_is_gone = POLLHUP;
#endif

/// Returns true as long as the delay is not over by the fault's clock. The first call sets `until` to the end
/// of the delay. Returns false if the clock no longer exists.
bool waits_on_clock(const operation::AnswerFault& fault, std::optional<Timestamp>& until) {
    const auto owner = fault.clock_owner ? fault.clock_owner->lock() : nullptr;
    if (fault.clock_owner && owner == nullptr) return false;
    const Timestamp now = fault.clock->now();
    if (!until) until = now + fault.delay;
    return now < *until;
}

}  // namespace

Session::Session(LoopSocket socket, SessionContext& context)
    : connection_(std::move(socket)),
      context_(context),
      phase_tick_(context.tick),
      received_(context.limits),
      // Not initialised: pages that no request reaches take no memory.
      buffer_(new char[buffer_bytes]) {}

Session::~Session() {
    if (wait_) context_.body_memory.leave(body_share_);
    give_back_body();
}

std::optional<std::uint64_t> Session::quiet_since() const {
    if (phase_ == Phase::answering || phase_ == Phase::reserving) return std::nullopt;
    return phase_tick_;
}

void Session::close() {
    connection_.say_goodbye();
    error_code ignored;
    connection_.socket().close(ignored);
}

void Session::begin_stop() {
    if (given_up_) given_up_->request_stop();
    // Bytes that a read has already received are still delivered after this.
    error_code ignored;
    if (phase_ == Phase::waiting) connection_.socket().cancel(ignored);
    if (wait_) wait_->cancel();
}

/// A client that has only shut down its sending side also counts as gone, because the two cannot be told
/// apart.
void Session::look_for_client() {
    if (!given_up_) return;
    pollfd client{connection_.socket().native_handle(), client_is_gone, 0};
    if (::poll(&client, 1, 0) <= 0) return;
    given_up_->request_stop();
    if (wait_) wait_->cancel();
}

/// A stopping server still answers the requests that have already arrived.
bool Session::takes_another() const {
    if (!parser_->keep_alive()) return false;
    return !context_.stopping || buffer_begin_ < buffer_end_ || connection_.has_unread_bytes();
}

void Session::enter(Phase phase) {
    phase_ = phase;
    phase_tick_ = context_.tick;
}

LoopAwaitable<void> Session::run() {
    if (context_.tls != nullptr) {
        const bool has_begun = co_await begin();
        if (!has_begun) co_return;
    }
    bool keep_alive = true;
    while (keep_alive) {
        const Received received = co_await receive();
        if (received == Received::end) {
            connection_.say_goodbye();
            co_return;
        }
        enter(Phase::answering);
        if (received == Received::request) {
            HttpRequest asked = request();
            const Answering kind = context_.handler.answering(asked);
            if (kind == Answering::at_once) {
                asked.shares_commit = context_.connections > 1;
                context_.handler.answer(asked, response_);
                if (response_.commit != nullptr) co_await share_commit();
            } else {
                co_await answer_outside_loop(kind);
            }
            keep_alive = !response_.ends_connection && takes_another();
        } else {
            keep_alive = false;
        }
        // Before the response is sent, because a client may take any time to receive it.
        give_back_body();
        if (response_.fault) {
            given_up_.emplace();
            keep_alive = co_await send_with_fault(keep_alive);
            given_up_.reset();
            continue;
        }
        enter(Phase::sending);
        if (!send_at_once(keep_alive)) co_await send_rest();
        if (send_error_) co_return;
        if (received == Received::refused) co_await drain();
    }
    // Closing a connection with unread bytes resets it, and the client would lose responses that it has not
    // read yet.
    if (context_.stopping && phase_ != Phase::draining) co_await drain();
    connection_.say_goodbye();
    error_code ignored;
    connection_.socket().shutdown(asio::socket_base::shutdown_both, ignored);
}

LoopAwaitable<bool> Session::begin() {
    error_code error;
    do {
        if (context_.stopping && !connection_.has_unread_bytes()) co_return false;
        co_await connection_.wait_for_bytes(error);
        if (!connection_.socket().is_open()) co_return false;
    } while (error == asio::error::operation_aborted);
    if (error) co_return false;
    if (!connection_.begins_with_tls()) co_return true;
    enter(Phase::shaking_hands);
    connection_.begin_tls(*context_.tls);
    co_await connection_.shake_hands(error);
    if (!error) co_return true;
    if (context_.log.writes(LogLevel::debug)) {
        const bool is_late = !connection_.socket().is_open();
        context_.log.debug("a TLS handshake failed: " +
                           (is_late ? "the client took too long" : connection_.tls_fault()));
    }
    co_return false;
}

HttpRequest Session::request() {
    HttpRequest request = received_.view();
    request.is_tls = connection_.is_tls();
    return request;
}

LoopAwaitable<Session::Received> Session::receive() {
    received_.clear();
    response_.clear();
    parser_.emplace(context_.limits, received_);
    enter(buffer_begin_ == buffer_end_ ? Phase::waiting : Phase::receiving);
    body_is_late_ = false;
    bool continued = false;
    error_code error;
    while (true) {
        if (buffer_begin_ < buffer_end_) {
            if (wanted_body_memory() > body_share_.bytes()) {
                const Received reserved = co_await reserve_body();
                if (reserved != Received::request) co_return reserved;
            }
            const std::optional<Received> parsed = parse_buffered();
            if (parsed) co_return *parsed;
            // Only the header has been read, and part of the body follows it in the buffer.
            if (wanted_body_memory() > body_share_.bytes()) continue;
        }
        if (parser_->is_header_done() && parser_->expects_continue() && !continued) {
            continued = co_await send_continue();
            if (!continued) co_return Received::end;
        }
        // If the server began to stop while the last response was being sent, there is nothing to wait for
        // here.
        if (context_.stopping && phase_ == Phase::waiting && !connection_.has_unread_bytes())
            co_return Received::end;
        if (buffer_begin_ > 0) {
            std::memmove(buffer_.get(), buffer_.get() + buffer_begin_, buffer_end_ - buffer_begin_);
            buffer_end_ -= buffer_begin_;
            buffer_begin_ = 0;
        }
        const asio::mutable_buffer space(buffer_.get() + buffer_end_, buffer_bytes - buffer_end_);
        const std::size_t count = co_await connection_.read_some(space, error);
        if (error == asio::error::operation_aborted && phase_ == Phase::waiting && context_.stopping)
            continue;
        if (error == asio::error::operation_aborted && body_is_late_) {
            response_ =
                message_response(request_timeout, "No more of the request's body came for " +
                                                      std::to_string(context_.body_patience.count()) + " s.");
            co_return Received::refused;
        }
        // close() may have been called after the read. What was read can then no longer be answered.
        if (error || !connection_.socket().is_open()) co_return Received::end;
        buffer_end_ += count;
        enter(Phase::receiving);
    }
}

std::optional<Session::Received> Session::parse_buffered() {
    error_code error;
    const asio::const_buffer bytes(buffer_.get() + buffer_begin_, buffer_end_ - buffer_begin_);
    buffer_begin_ += parser_->put(bytes, error);
    if (buffer_begin_ == buffer_end_) buffer_begin_ = buffer_end_ = 0;
    const bool more_fits = buffer_end_ - buffer_begin_ < buffer_bytes;
    if (!error && parser_->is_done()) return Received::request;
    if ((!error || error == http::error::need_more) && more_fits) return std::nullopt;
    refuse(error);
    return Received::refused;
}

/// Returns how much memory is needed for the part of the body that has arrived. Returns 0 if the body is
/// small or none of it is in the buffer.
std::uint64_t Session::wanted_body_memory() const {
    const std::uint64_t most = parser_->body_memory_bytes();
    if (most == 0 || buffer_begin_ == buffer_end_) return 0;
    const std::uint64_t arrived = received_.body_bytes() + (buffer_end_ - buffer_begin_);
    return std::min(most, (arrived + body_step_bytes - 1) / body_step_bytes * body_step_bytes);
}

/// Takes the memory for the part of the body that has arrived, before the parser reads that part. Returns
/// `request` if the parser may read it.
LoopAwaitable<Session::Received> Session::reserve_body() {
    BodyMemory& memory = context_.body_memory;
    const std::uint64_t bytes = wanted_body_memory();
    BodyMemory::announce(body_share_, parser_->body_memory_bytes());
    if (!memory.try_grow(body_share_, bytes)) {
        enter(Phase::reserving);
        const LoopExecutor loop = connection_.socket().get_executor();
        const auto timer = std::make_shared<LoopTimer>(loop, context_.body_patience);
        wait_ = timer;
        memory.wait(body_share_, bytes, [loop, timer] { asio::post(loop, [timer] { timer->cancel(); }); });
        error_code ended;
        auto token = asio::redirect_error(use_awaitable, ended);
        co_await timer->async_wait(token);
        wait_.reset();
        if (memory.leave(body_share_)) {
            if (context_.stopping) co_return Received::end;
            context_.handler.refuse_body(request(), response_);
            co_return Received::refused;
        }
    }
    parser_->read_body();
    enter(Phase::receiving);
    co_return Received::request;
}

void Session::give_back_body() {
    if (body_share_.bytes() == 0) return;
    received_.clear_body();
    context_.body_memory.give_back(body_share_);
}

void Session::refuse_late_body() {
    body_is_late_ = true;
    error_code ignored;
    connection_.socket().cancel(ignored);
}

void Session::refuse(const error_code& error) {
    if (error == http::error::body_limit) {
        const ApiError too_large(exceptions::request_too_large);
        response_.content_type = "application/json";
        response_.status = too_large.status();
        response_.body = too_large.body();
        return;
    }
    response_ = message_response(400, "The request is not well-formed HTTP: " + error.message());
}

LoopAwaitable<bool> Session::send_continue() {
    constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    error_code error;
    const Connection::Texts texts = {asio::const_buffer(text.data(), text.size())};
    co_await connection_.write(texts, error);
    co_return !error;
}

LoopAwaitable<void> Session::share_commit() {
    // What is posted now runs after everything that is ready.
    co_await asio::post(connection_.socket().get_executor(), use_awaitable);
    context_.handler.finish(request(), response_);
}

LoopAwaitable<void> Session::answer_outside_loop(Answering kind) {
    // The coroutine waits on a timer that never expires. It is cancelled on the loop's thread, and so not
    // before the wait has begun.
    LoopTimer answered(connection_.socket().get_executor(), std::chrono::steady_clock::time_point::max());
    HttpRequest asked = request();
    given_up_.emplace();
    const std::stop_token given_up = given_up_->get_token();
    if (kind == Answering::waiting) asked.given_up = &given_up;
    const LoopExecutor loop = connection_.socket().get_executor();
    auto answer = [this, asked, loop, &answered] {
        context_.handler.answer(asked, response_);
        asio::post(loop, [&answered] { answered.cancel(); });
    };
    const std::string_view path = asked.target.substr(0, asked.target.find('?'));
    std::string what = std::string(asked.method).append(" ").append(path);
    if (context_.threads.try_post(kind, WorkerThreads::Work{std::move(what), std::move(answer)})) {
        error_code cancelled;
        auto token = asio::redirect_error(use_awaitable, cancelled);
        co_await answered.async_wait(token);
    } else {
        context_.handler.refuse_busy(asked, response_);
    }
    given_up_.reset();
}

bool Session::send_at_once(bool keep_alive) {
    head_.clear();
    context_.head_writer.append_head(head_, response_, keep_alive, context_.clock.now());
    if (received_.method() == "HEAD") response_.clear();
    const std::string_view content = response_.content();
    const Connection::Texts texts = {asio::buffer(head_), asio::buffer(content)};
    sent_bytes_ = connection_.write_at_once(texts, send_error_);
    return send_error_ || sent_bytes_ == head_.size() + content.size();
}

LoopAwaitable<void> Session::send_rest() {
    const std::size_t of_head = std::min(sent_bytes_, head_.size());
    const Connection::Texts texts = {asio::buffer(head_) + of_head,
                                     asio::buffer(response_.content()) + (sent_bytes_ - of_head)};
    co_await connection_.write(texts, send_error_);
}

LoopAwaitable<bool> Session::send_with_fault(bool keep_alive) {
    const auto fault = std::move(response_.fault);
    co_await wait_for(*fault);
    if (client_has_left()) co_return false;
    enter(Phase::sending);
    const auto connection = fault->connection;
    const bool is_cut = connection == operation::ConnectionFault::closed_in_answer;
    if (fault->loses_answer() && !is_cut) {
        connection_.cut();
        co_return false;
    }

    std::string bytes;
    context_.head_writer.append_head(bytes, response_, keep_alive, context_.clock.now());
    if (fault->has_wrong_checksum) falsify_checksum(bytes);
    const std::string_view content = response_.content();
    bytes.append(is_cut ? content.substr(0, content.size() / 2) : content);
    co_await send_slowly(bytes, fault->duration);
    if (is_cut) connection_.cut();
    co_return keep_alive && !is_cut && !send_error_ && !client_has_left();
}

/// Waits before the response is sent.
LoopAwaitable<void> Session::wait_for(const operation::AnswerFault& fault) {
    if (fault.clock == nullptr) {
        co_await pause(fault.delay);
        co_return;
    }
    std::optional<Timestamp> until;
    while (waits_on_clock(fault, until) && !is_cut_short()) co_await pause(clock_look_interval);
}

LoopAwaitable<void> Session::send_slowly(std::string_view bytes, std::chrono::milliseconds duration) {
    const std::size_t pieces = duration.count() > 0 ? slow_pieces : 1;
    for (std::size_t piece = 0; piece < pieces; ++piece) {
        const std::size_t begin = bytes.size() * piece / pieces;
        const std::size_t end = bytes.size() * (piece + 1) / pieces;
        const Connection::Texts part = {asio::const_buffer(bytes.data() + begin, end - begin)};
        co_await connection_.write(part, send_error_);
        if (send_error_ || client_has_left()) co_return;
        co_await pause(duration / pieces);
    }
}

/// Waits on the loop's timer. Ends early if the server stops or the client leaves.
LoopAwaitable<void> Session::pause(std::chrono::milliseconds duration) {
    if (is_cut_short() || duration.count() == 0) co_return;
    const auto timer = std::make_shared<LoopTimer>(connection_.socket().get_executor(), duration);
    wait_ = timer;
    error_code ended;
    auto token = asio::redirect_error(use_awaitable, ended);
    co_await timer->async_wait(token);
    wait_.reset();
}

LoopAwaitable<void> Session::drain() {
    enter(Phase::draining);
    connection_.say_goodbye();
    error_code error;
    connection_.socket().shutdown(asio::socket_base::shutdown_send, error);
    auto token = asio::redirect_error(use_awaitable, error);
    const asio::mutable_buffer space(buffer_.get(), buffer_bytes);
    std::size_t drained = 0;
    while (!error && drained < drained_bytes) {
        drained += co_await connection_.socket().async_read_some(space, token);
    }
}

}  // namespace tailrace::server
