#include "server/http/io_loop.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <string>

namespace tailrace::server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::chrono::seconds sweep_interval{1};

/// How long a client may stay quiet in the middle of a request once the server stops.
constexpr std::chrono::seconds stop_patience{5};

/// A context that one thread runs can spare itself waking others.
constexpr int one_thread = 1;

}  // namespace

IoLoop::IoLoop(SessionContext context, std::chrono::seconds idle_timeout)
    : io_context_(one_thread),
      work_(io_context_.get_executor()),
      sweep_timer_(io_context_),
      idle_timeout_(idle_timeout),
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
    if (error || context_.stopping) return;
    const auto session = sessions_.emplace(sessions_.end(), std::move(socket), context_);
    if (!sweep_scheduled_) schedule_sweep();
    asio::co_spawn(io_context_.get_executor(), session->run(),
                   [this, session](std::exception_ptr failure) { end_session(session, failure); });
}

void IoLoop::end_session(std::list<Session>::iterator session, std::exception_ptr failure) {
    sessions_.erase(session);
    if (context_.stopping && sessions_.empty()) sweep_timer_.cancel();
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        context_.log.error(std::string("a connection ended: ").append(error.what()));
    }
}

void IoLoop::begin_stop() {
    context_.stopping = true;
    work_.reset();
    for (Session& session : sessions_) {
        if (session.idle()) session.close();
    }
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
    const auto limit = static_cast<std::uint64_t>(patience().count());
    for (Session& session : sessions_) {
        const std::optional<std::uint64_t> quiet_since = session.quiet_since();
        if (quiet_since && context_.tick - *quiet_since > limit) session.close();
    }
    schedule_sweep();
}

std::chrono::seconds IoLoop::patience() const {
    return context_.stopping ? std::min(stop_patience, idle_timeout_) : idle_timeout_;
}

}  // namespace tailrace::server
