#include "server/http/http_server.hpp"

#include <sys/wait.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <random>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "server/http/io_loop.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using LoopAcceptor = asio::basic_socket_acceptor<tcp, LoopExecutor>;

// AWS was seen to refuse request lines and headers beyond 16 KB, with 400.
constexpr RequestLimits request_limits{16 * 1024, max_body_bytes};

/// How long accepting pauses when the process has no file descriptors left.
constexpr std::chrono::milliseconds accept_pause{50};

constexpr asio::use_awaitable_t<LoopExecutor> use_awaitable;

tcp::endpoint resolve(const HttpServerOptions& options) {
    error_code error;
    const asio::ip::address address = asio::ip::make_address(options.host, error);
    if (!error) return {address, options.port};
    asio::io_context context;
    tcp::resolver resolver(context);
    const auto found = resolver.resolve(options.host, std::to_string(options.port), error);
    if (error || found.empty()) {
        throw ListenError("the host " + options.host + " has no address here: " + error.message());
    }
    return found.begin()->endpoint();
}

}  // namespace

class HttpServer::Implementation {
  public:
    Implementation(const HttpServerOptions& options, RequestHandler& handler, const Clock& clock,
                   const Log& log);

    std::uint16_t port() const { return port_; }
    void every(std::chrono::seconds interval, std::function<void()> work);
    void on_stop(std::function<void()> work) { stop_work_ = std::move(work); }
    std::vector<std::string> requests_under_way() const { return request_threads_.under_way(); }
    void run();
    void stop();

  private:
    IoLoop& first_loop() { return *loops_.front(); }
    void listen(const HttpServerOptions& options);
    LoopAwaitable<void> accept_connections();
    void accept_rest();
    IoLoop& next_loop();
    void begin_stop();
    std::vector<std::thread> begin_threads();
    void wait_for_turn();
    void wait_for_orphans();

    const Log& log_;
    RequestThreads request_threads_;
    BodyMemory body_memory_;
    bool stopping_ = false;
    std::size_t next_loop_ = 0;
    std::function<void()> stop_work_;
    std::vector<std::unique_ptr<IoLoop>> loops_;
    std::optional<LoopAcceptor> acceptor_;
    std::optional<asio::signal_set> signals_;
    std::optional<asio::signal_set> orphan_signals_;
    std::uint16_t port_ = 0;
    /// The periodic work of every().
    std::chrono::seconds interval_ = {};
    std::function<void()> work_;
    std::optional<LoopTimer> turn_;
};

HttpServer::Implementation::Implementation(const HttpServerOptions& options, RequestHandler& handler,
                                           const Clock& clock, const Log& log)
    : log_(log), body_memory_(options.body_memory_bytes) {
    std::random_device random;
    for (int i = 0; i < std::max(options.threads, 1); ++i) {
        const std::uint64_t seed = static_cast<std::uint64_t>(random()) << 32 | random();
        SessionContext context{handler, request_threads_, body_memory_,          clock,
                               log,     request_limits,   options.body_patience, ResponseHeadWriter(seed)};
        const IoLoop::Patience patience{options.idle_timeout, options.stop_patience};
        loops_.push_back(std::make_unique<IoLoop>(std::move(context), patience));
    }
    listen(options);
}

void HttpServer::Implementation::listen(const HttpServerOptions& options) {
    const tcp::endpoint endpoint = resolve(options);
    acceptor_.emplace(first_loop().io_context());
    error_code error;
    acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(asio::socket_base::max_listen_connections, error);
    if (error) {
        std::string message = "cannot listen on " + options.host + ":" + std::to_string(options.port) + ": ";
        message.append(error == asio::error::address_in_use ? "the port is in use" : error.message());
        throw ListenError(message);
    }
    port_ = acceptor_->local_endpoint().port();
    // From here on a signal waits for run(), so that whoever knows the port can stop the server properly.
    signals_.emplace(first_loop().io_context(), SIGINT, SIGTERM);
    if (options.reaps_orphans) orphan_signals_.emplace(first_loop().io_context(), SIGCHLD);
}

void HttpServer::Implementation::every(std::chrono::seconds interval, std::function<void()> work) {
    interval_ = interval;
    work_ = std::move(work);
    turn_.emplace(first_loop().io_context());
    wait_for_turn();
}

void HttpServer::Implementation::wait_for_turn() {
    turn_->expires_after(interval_);
    turn_->async_wait([this](const error_code& error) {
        if (error) return;
        work_();
        wait_for_turn();
    });
}

/// One thread for each loop but the first. Loops that get no thread are removed before they have a
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
                     " threads, as no more can be had: " + error.what());
    }
    return threads;
}

/// Linux makes orphans children of the main thread, which starts no process itself. The children of other
/// threads are left for those threads to wait for.
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
    asio::co_spawn(first_loop().io_context().get_executor(), accept_connections(), asio::detached);
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
    acceptor_->cancel(ignored);
    // Gives the signals back to the system: the next one ends the process.
    signals_->clear(ignored);
    signals_->cancel(ignored);
    if (turn_) turn_->cancel();
    if (orphan_signals_) orphan_signals_->cancel(ignored);
    if (stop_work_) stop_work_();
}

/// Accepts the connections that clients have already opened: they may have sent a request.
void HttpServer::Implementation::accept_rest() {
    error_code error;
    acceptor_->non_blocking(true, error);
    while (!error) {
        IoLoop& loop = next_loop();
        LoopSocket socket(loop.io_context());
        acceptor_->accept(socket, error);
        if (!error) loop.serve(std::move(socket));
    }
    acceptor_->close(error);
}

IoLoop& HttpServer::Implementation::next_loop() {
    next_loop_ = (next_loop_ + 1) % loops_.size();
    return *loops_[next_loop_];
}

LoopAwaitable<void> HttpServer::Implementation::accept_connections() {
    LoopTimer pause(first_loop().io_context());
    error_code error;
    auto token = asio::redirect_error(use_awaitable, error);
    while (!stopping_) {
        IoLoop& loop = next_loop();
        LoopSocket socket(loop.io_context());
        co_await acceptor_->async_accept(socket, token);
        if (!error) {
            loop.serve(std::move(socket));
        } else if (!stopping_) {
            log_.warning("a connection could not be accepted: " + error.message());
            pause.expires_after(accept_pause);
            co_await pause.async_wait(token);
        }
    }
    accept_rest();
    for (const auto& each : loops_) each->stop();
}

HttpServer::HttpServer(const HttpServerOptions& options, RequestHandler& handler, const Clock& clock,
                       const Log& log)
    : implementation_(std::make_unique<Implementation>(options, handler, clock, log)) {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
    return implementation_->port();
}

void HttpServer::every(std::chrono::seconds interval, std::function<void()> work) {
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
