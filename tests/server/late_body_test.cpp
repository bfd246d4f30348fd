#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <future>
#include <regex>
#include <string>
#include <thread>

#include "server/http/http_server.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using namespace tailrace::server;
using namespace std::chrono_literals;

namespace {

/// Generous: nothing that works takes this long.
constexpr std::chrono::seconds client_patience(20);

/// A body large enough to need shared memory, which has no room for two of them.
constexpr std::size_t body_bytes = 70'000;

/// Holds the first request for /held until it is released.
class Holder final : public RequestHandler {
  public:
    Answering answering(const HttpRequest&) const override { return Answering::briefly; }

    void answer(const HttpRequest& request, HttpResponse& response) noexcept override {
        if (request.target == "/held") {
            held_.set_value();
            is_released_.wait(false);
        }
        response.body = "the body had " + std::to_string(request.body.size()) + " bytes";
    }

    void finish(const HttpRequest&, HttpResponse&) noexcept override {}
    void refuse_busy(const HttpRequest&, HttpResponse&) noexcept override {}

    void refuse_body(const HttpRequest& request, HttpResponse& response) noexcept override {
        response.status = 503;
        response.body = std::string("no memory for ").append(request.target);
    }

    bool holds() { return held_.get_future().wait_for(client_patience) == std::future_status::ready; }
    void release() {
        is_released_ = true;
        is_released_.notify_all();
    }

  private:
    std::promise<void> held_;
    std::atomic<bool> is_released_ = false;
};

HttpServerOptions impatient_options() {
    HttpServerOptions options;
    options.port = 0;
    options.body_memory_bytes = body_bytes + 1000;
    options.body_patience = 1s;
    return options;
}

/// A server that waits at most one second for a body.
class ImpatientServer {
  public:
    ImpatientServer() : thread_([this] { http_.run(); }) {}
    ImpatientServer(const ImpatientServer&) = delete;
    ImpatientServer& operator=(const ImpatientServer&) = delete;
    ~ImpatientServer() {
        handler.release();
        http_.stop();
        thread_.join();
    }

    std::uint16_t port() const { return http_.port(); }

    Holder handler;

  private:
    ManualClock clock_{Timestamp(std::chrono::seconds(1769860800))};
    Log log_{LogLevel::error, clock_};
    HttpServer http_{impatient_options(), handler, clock_, log_};
    std::thread thread_;
};

class Client {
  public:
    explicit Client(const ImpatientServer& server) {
        socket_.connect({boost::asio::ip::make_address("127.0.0.1"), server.port()});
        const timeval limit{client_patience.count(), 0};
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }

    /// Sends a request with Connection: close and the first `sent_bytes` of its body.
    void send(const std::string& target, std::size_t sent_bytes) {
        const std::string request =
            "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
            "Content-Length: " + std::to_string(body_bytes) + "\r\n\r\n" + std::string(sent_bytes, ' ');
        boost::asio::write(socket_, boost::asio::buffer(request));
    }

    /// Returns everything up to the end of the connection, without the headers that differ between responses.
    /// If the connection does not end, appends "[no end]".
    std::string received() {
        std::string text;
        std::array<char, 4096> piece;
        ssize_t count = 0;
        while ((count = ::recv(socket_.native_handle(), piece.data(), piece.size(), 0)) > 0)
            text.append(piece.data(), static_cast<std::size_t>(count));
        if (count < 0) text.append("[no end]");
        return std::regex_replace(text, std::regex("\r\n(x-amzn-RequestId|x-amz-crc32): [0-9A-V]+"), "");
    }

  private:
    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_{io_};
};

/// The head of a response up to the type of its body.
std::string head_of(const std::string& status) {
    return "HTTP/1.1 " + status + "\r\nServer: Server\r\nDate: Sat, 31 Jan 2026 12:00:00 GMT\r\n";
}

const std::string answered =
    head_of("200 OK") + "Content-Length: 24\r\nConnection: close\r\n\r\nthe body had 70000 bytes";

}  // namespace

// A client that stops half-way keeps the memory for its body no longer than this.
TEST_CASE("a body that stops arriving is refused and gives its memory back", "[http]") {
    ImpatientServer server;
    Client silent(server);
    silent.send("/", 10);
    CHECK(silent.received() ==
          head_of("408 Request Timeout") +
              "Content-Type: application/json\r\nContent-Length: 57\r\nConnection: close\r\n\r\n"
              R"({"message":"No more of the request's body came for 1 s."})");
    Client other(server);
    other.send("/", body_bytes);
    CHECK(other.received() == answered);
}

// The body that has the memory is not late, since all of it has arrived.
TEST_CASE("a request that gets no memory for its body in time is refused", "[http]") {
    ImpatientServer server;
    Client first(server);
    first.send("/held", body_bytes);
    REQUIRE(server.handler.holds());
    Client second(server);
    second.send("/second", 10);
    CHECK(second.received() == head_of("503 Service Unavailable") +
                                   "Content-Length: 21\r\nConnection: close\r\n\r\nno memory for /second");
    server.handler.release();
    CHECK(first.received() == answered);
    Client third(server);
    third.send("/third", body_bytes);
    CHECK(third.received() == answered);
}
