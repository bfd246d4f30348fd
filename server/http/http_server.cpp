#include "server/http/http_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <random>
#include <thread>
#include <vector>

#include "server/http/io_loop.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using LoopAcceptor = asio::basic_socket_acceptor<tcp, LoopExecutor>;
using LoopTimer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                             asio::wait_traits<std::chrono::steady_clock>, LoopExecutor>;

// AWS was seen to refuse request lines and headers beyond 16 KB, with 400.
constexpr RequestLimits request_limits{16 * 1024, max_body_bytes};

/// Requests that may block, at once. Each may be for a function that sends such a request itself.
constexpr std::size_t most_blocking = 16;

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
    void run();
    void stop();

  private:
    IoLoop& first_loop() { return *loops_.front(); }
    void listen(const HttpServerOptions& options);
    LoopAwaitable<void> accept_connections();
    void begin_stop();
    void wait_for_turn();

    const Log& log_;
    WorkerThreads blocking_threads_{most_blocking};
    std::vector<std::unique_ptr<IoLoop>> loops_;
    std::optional<LoopAcceptor> acceptor_;
    std::optional<asio::signal_set> signals_;
    std::uint16_t port_ = 0;
    /// What is done every so often.
    std::chrono::seconds interval_ = {};
    std::function<void()> work_;
    std::optional<LoopTimer> turn_;
};

HttpServer::Implementation::Implementation(const HttpServerOptions& options, RequestHandler& handler,
                                           const Clock& clock, const Log& log)
    : log_(log) {
    std::random_device random;
    for (int i = 0; i < std::max(options.threads, 1); ++i) {
        const std::uint64_t seed = static_cast<std::uint64_t>(random()) << 32 | random();
        SessionContext context{handler, blocking_threads_, clock,
                               log,     request_limits,    ResponseHeadWriter(seed)};
        loops_.push_back(std::make_unique<IoLoop>(std::move(context), options.idle_timeout));
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

void HttpServer::Implementation::run() {
    signals_->async_wait([this](const error_code& error, int) {
        if (error) return;
        log_.info("stopping: finishing the requests in flight");
        begin_stop();
    });
    asio::co_spawn(first_loop().io_context().get_executor(), accept_connections(), asio::detached);
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < loops_.size(); ++i)
        threads.emplace_back([&loop = *loops_[i]] { loop.run(); });
    first_loop().run();
    for (std::thread& thread : threads) thread.join();
    blocking_threads_.join();
}

void HttpServer::Implementation::stop() {
    asio::post(first_loop().io_context(), [this] { begin_stop(); });
}

void HttpServer::Implementation::begin_stop() {
    error_code ignored;
    acceptor_->close(ignored);
    // Gives the signals back to the system: the next one ends the process.
    signals_->clear(ignored);
    signals_->cancel(ignored);
    if (turn_) turn_->cancel();
    for (const auto& loop : loops_) loop->stop();
}

LoopAwaitable<void> HttpServer::Implementation::accept_connections() {
    LoopTimer pause(first_loop().io_context());
    error_code error;
    auto token = asio::redirect_error(use_awaitable, error);
    for (std::size_t next = 0; acceptor_->is_open(); next = (next + 1) % loops_.size()) {
        IoLoop& loop = *loops_[next];
        LoopSocket socket(loop.io_context());
        co_await acceptor_->async_accept(socket, token);
        if (!error) {
            loop.serve(std::move(socket));
        } else if (acceptor_->is_open()) {
            log_.warning("a connection could not be accepted: " + error.message());
            pause.expires_after(accept_pause);
            co_await pause.async_wait(token);
        }
    }
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

void HttpServer::run() {
    implementation_->run();
}

void HttpServer::stop() {
    implementation_->stop();
}

}  // namespace tailrace::server
