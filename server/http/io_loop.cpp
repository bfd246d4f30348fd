#include "server/http/io_loop.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <string>

namespace tailrace::server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::chrono::seconds sweep_interval{1};

/// With one thread, the context does not need to wake others.
constexpr int one_thread = 1;

}  // namespace

IoLoop::IoLoop(SessionContext context, Patience patience)
    : io_context_(one_thread),
      work_(io_context_.get_executor()),
      sweep_timer_(io_context_),
      patience_(patience),
      context_(std::move(context)) {}

void IoLoop::serve(LoopSocket socket) {
    asio::post(io_context_,
               [this, accepted = std::move(socket)]() mutable { start_session(std::move(accepted)); });
}

void IoLoop::stop() {
    asio::post(io_context_, [this] { begin_stop(); });
}

void IoLoop::start_session(LoopSocket socket) {
    error_code error;
    socket.set_option(asio::ip::tcp::no_delay(true), error);
    socket.non_blocking(true, error);
    if (error) return;
    const auto session = sessions_.emplace(sessions_.end(), std::move(socket), context_);
    context_.connections = sessions_.size();
    if (!sweep_scheduled_) schedule_sweep();
    asio::co_spawn(io_context_.get_executor(), session->run(),
                   [this, session](std::exception_ptr failure) { end_session(session, failure); });
}

void IoLoop::end_session(std::list<Session>::iterator session, std::exception_ptr failure) {
    sessions_.erase(session);
    context_.connections = sessions_.size();
    if (context_.stopping && sessions_.empty()) sweep_timer_.cancel();
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        context_.log.error(std::string("a connection ended: ").append(error.what()));
    } catch (...) {
        context_.log.error("a connection ended with an unknown exception");
    }
}

void IoLoop::begin_stop() {
    context_.stopping = true;
    stop_tick_ = context_.tick;
    work_.reset();
    for (Session& session : sessions_) session.begin_stop();
    if (sessions_.empty()) sweep_timer_.cancel();
}

void IoLoop::schedule_sweep() {
    sweep_scheduled_ = true;
    sweep_timer_.expires_after(sweep_interval);
    sweep_timer_.async_wait([this](const error_code& error) {
        sweep_scheduled_ = false;
        if (!error && !sessions_.empty()) sweep();
    });
}

void IoLoop::sweep() {
    ++context_.tick;
    for (Session& session : sessions_) {
        session.look_for_client();
        const auto body_patience = static_cast<std::uint64_t>(context_.body_patience.count());
        if (session.is_receiving_body() && context_.tick - *session.quiet_since() > body_patience)
            session.refuse_late_body();
        if (is_over(session)) session.close();
    }
    schedule_sweep();
}

/// Returns true if a connection has used up its time.
bool IoLoop::is_over(const Session& session) const {
    const std::optional<std::uint64_t> quiet_since = session.quiet_since();
    if (!quiet_since) return false;
    const std::uint64_t quiet = context_.tick - *quiet_since;
    const auto patience = session.is_shaking_hands() ? patience_.handshake_patience : patience_.idle_timeout;
    const auto idle_timeout = static_cast<std::uint64_t>(patience.count());
    if (!context_.stopping) return quiet > idle_timeout;
    const auto stop_patience = static_cast<std::uint64_t>(patience_.stop_patience.count());
    if (session.is_draining() || session.is_shaking_hands()) return quiet >= 1;
    if (session.is_receiving() && context_.tick - stop_tick_ >= stop_patience) return true;
    return quiet >= std::min(stop_patience, idle_timeout);
}

}  // namespace tailrace::server
