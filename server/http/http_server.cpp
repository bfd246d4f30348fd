#include "server/http/http_server.hpp"

#include <sys/wait.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <list>
#include <random>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "server/http/io_loop.hpp"
#include "server/http/listeners.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// AWS was seen to refuse request lines and headers beyond 16 KB with 400.
constexpr std::uint32_t max_header_bytes = 16 * 1024;

/// How long accepting pauses if the process has no file descriptors left.
constexpr std::chrono::milliseconds accept_pause{50};

}  // namespace

class HttpServer::Implementation {
  public:
    Implementation(const HttpServerOptions& options, RequestHandler& handler, const Clock& clock,
                   const Log& log);

    const Listeners& listeners() const { return *listeners_; }
    void every(std::chrono::milliseconds interval, std::function<void()> work);
    void on_stop(std::function<void()> work) { stop_work_ = std::move(work); }
    std::vector<std::string> requests_under_way() const { return request_threads_.under_way(); }
    void run();
    void stop();

  private:
    /// Periodic work.
    struct Turn {
        std::chrono::milliseconds interval;
        std::function<void()> work;
        LoopTimer timer;
    };

    IoLoop& first_loop() { return *loops_.front(); }
    LoopAwaitable<void> accept_connections(LoopAcceptor& acceptor);
    void accept_rest(LoopAcceptor& acceptor);
    IoLoop& next_loop();
    void begin_stop();
    std::vector<std::thread> begin_threads();
    void wait_for_turn(Turn& turn);
    void wait_for_orphans();

    const Log& log_;
    RequestThreads request_threads_;
    BodyMemory body_memory_;
    bool stopping_ = false;
    std::size_t next_loop_ = 0;
    std::function<void()> stop_work_;
    std::vector<std::unique_ptr<IoLoop>> loops_;
    std::optional<Listeners> listeners_;
    /// The number of acceptors that have not accepted their last connection yet.
    std::size_t accepting_ = 0;
    std::optional<asio::signal_set> signals_;
    std::optional<asio::signal_set> orphan_signals_;
    std::list<Turn> turns_;
};

HttpServer::Implementation::Implementation(const HttpServerOptions& options, RequestHandler& handler,
                                           const Clock& clock, const Log& log)
    : log_(log), body_memory_(options.body_memory_bytes) {
    std::random_device random;
    for (int i = 0; i < std::max(options.threads, 1); ++i) {
        const std::uint64_t seed = static_cast<std::uint64_t>(random()) << 32 | random();
        SessionContext context{.handler = handler,
                               .threads = request_threads_,
                               .body_memory = body_memory_,
                               .clock = clock,
                               .log = log,
                               .limits = {.header_bytes = max_header_bytes,
                                          .body_bytes = max_body_bytes,
                                          .function_bytes = options.max_function_bytes},
                               .body_patience = options.body_patience,
                               .head_writer = ResponseHeadWriter(seed),
                               .tls = options.tls};
        const IoLoop::Patience patience{options.idle_timeout, options.stop_patience,
                                        options.handshake_patience};
        loops_.push_back(std::make_unique<IoLoop>(std::move(context), patience));
    }
    listeners_.emplace(first_loop().io_context(), options.host, options.port);
    // From here on, a signal is kept until run() handles it, so that a program that knows the port can
    // already stop the server properly.
    signals_.emplace(first_loop().io_context(), SIGINT, SIGTERM);
    if (options.reaps_orphans) orphan_signals_.emplace(first_loop().io_context(), SIGCHLD);
}

void HttpServer::Implementation::every(std::chrono::milliseconds interval, std::function<void()> work) {
    turns_.push_back({interval, std::move(work), LoopTimer(first_loop().io_context())});
    wait_for_turn(turns_.back());
}

void HttpServer::Implementation::wait_for_turn(Turn& turn) {
    turn.timer.expires_after(turn.interval);
    turn.timer.async_wait([this, &turn](const error_code& error) {
        if (error || stopping_) return;
        turn.work();
        wait_for_turn(turn);
    });
}

/// Starts one thread for each loop except the first. Loops that get no thread are removed before they have a
/// connection.
std::vector<std::thread> HttpServer::Implementation::begin_threads() {
    std::vector<std::thread> threads;
    try {
        for (std::size_t i = 1; i < loops_.size(); ++i)
            threads.emplace_back([&loop = *loops_[i]] { loop.run(); });
    } catch (const std::system_error& error) {
        const std::string wanted = std::to_string(loops_.size());
        loops_.resize(threads.size() + 1);
        log_.warning("connections are served by " + std::to_string(loops_.size()) + " of " + wanted +
                     " threads, because no more could be created: " + error.what());
    }
    return threads;
}

/// On Linux, an orphan becomes a child of the main thread, which itself starts no processes. Other threads
/// wait for their own children.
void HttpServer::Implementation::wait_for_orphans() {
    orphan_signals_->async_wait([this](const error_code& error, int) {
        if (!error) wait_for_orphans();
    });
    while (::waitpid(-1, nullptr, WNOHANG | __WNOTHREAD) > 0) {
    }
}

void HttpServer::Implementation::run() {
    if (orphan_signals_) wait_for_orphans();
    signals_->async_wait([this](const error_code& error, int) {
        if (error) return;
        begin_stop();
        log_.info("stopping: finishing the requests in flight");
    });
    accepting_ = listeners_->acceptors().size();
    for (LoopAcceptor& acceptor : listeners_->acceptors()) {
        asio::co_spawn(first_loop().io_context().get_executor(), accept_connections(acceptor),
                       asio::detached);
    }
    std::vector<std::thread> threads = begin_threads();
    first_loop().run();
    for (std::thread& thread : threads) thread.join();
    request_threads_.join();
}

void HttpServer::Implementation::stop() {
    asio::post(first_loop().io_context(), [this] { begin_stop(); });
}

void HttpServer::Implementation::begin_stop() {
    if (std::exchange(stopping_, true)) return;
    error_code ignored;
    for (LoopAcceptor& acceptor : listeners_->acceptors()) acceptor.cancel(ignored);
    // Gives the signals back to the system, so that the next signal ends the process.
    signals_->clear(ignored);
    signals_->cancel(ignored);
    for (Turn& turn : turns_) turn.timer.cancel();
    if (orphan_signals_) orphan_signals_->cancel(ignored);
    if (stop_work_) stop_work_();
}

/// Accepts the connections that clients have already opened, because they may have sent a request.
void HttpServer::Implementation::accept_rest(LoopAcceptor& acceptor) {
    error_code error;
    acceptor.non_blocking(true, error);
    while (!error) {
        IoLoop& loop = next_loop();
        LoopSocket socket(loop.io_context());
        acceptor.accept(socket, error);
        if (!error) loop.serve(std::move(socket));
    }
    acceptor.close(error);
}

IoLoop& HttpServer::Implementation::next_loop() {
    next_loop_ = (next_loop_ + 1) % loops_.size();
    return *loops_[next_loop_];
}

LoopAwaitable<void> HttpServer::Implementation::accept_connections(LoopAcceptor& acceptor) {
    LoopTimer pause(first_loop().io_context());
    error_code error;
    auto token = asio::redirect_error(use_awaitable, error);
    while (!stopping_) {
        IoLoop& loop = next_loop();
        LoopSocket socket(loop.io_context());
        co_await acceptor.async_accept(socket, token);
        if (!error) {
            loop.serve(std::move(socket));
        } else if (!stopping_) {
            log_.warning("a connection could not be accepted: " + error.message());
            pause.expires_after(accept_pause);
            co_await pause.async_wait(token);
        }
    }
    accept_rest(acceptor);
    if (--accepting_ > 0) co_return;
    for (const auto& each : loops_) each->stop();
}

HttpServer::HttpServer(const HttpServerOptions& options, RequestHandler& handler, const Clock& clock,
                       const Log& log)
    : implementation_(std::make_unique<Implementation>(options, handler, clock, log)) {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
    return implementation_->listeners().port();
}

const std::vector<std::string>& HttpServer::hosts() const {
    return implementation_->listeners().hosts();
}

void HttpServer::every(std::chrono::milliseconds interval, std::function<void()> work) {
    implementation_->every(interval, std::move(work));
}

void HttpServer::on_stop(std::function<void()> work) {
    implementation_->on_stop(std::move(work));
}

std::vector<std::string> HttpServer::requests_under_way() const {
    return implementation_->requests_under_way();
}

void HttpServer::run() {
    implementation_->run();
}

void HttpServer::stop() {
    implementation_->stop();
}

}  // namespace tailrace::server
