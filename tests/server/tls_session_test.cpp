#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <csignal>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/http/http_server.hpp"
#include "server/tls/local_certificates.hpp"
#include "server/tls/open_ssl.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::server;
using namespace std::chrono_literals;

namespace {

/// Generous: nothing that works takes this long.
constexpr std::chrono::seconds tls_patience(20);

/// The clock of OpenSSL's client is the machine's.
std::chrono::sys_seconds today() {
    return std::chrono::floor<std::chrono::seconds>(SystemClock().now());
}

/// Answers with the body that came, or with as many letters as the target says: /70000.
class Echo final : public RequestHandler {
  public:
    Answering answering(const HttpRequest& request) const override {
        return request.target == "/briefly" ? Answering::briefly : Answering::at_once;
    }
    void answer(const HttpRequest& request, HttpResponse& response) noexcept override {
        response.body = request.is_tls ? "TLS " : "plain ";
        if (request.method == "POST") {
            response.body.append(request.body);
        } else {
            response.body.append(static_cast<std::size_t>(std::atol(request.target.data() + 1)), 'a');
        }
    }
    void finish(const HttpRequest&, HttpResponse&) noexcept override {}
    void refuse_busy(const HttpRequest&, HttpResponse&) noexcept override {}
    void refuse_body(const HttpRequest&, HttpResponse&) noexcept override {}
};

class TlsFixture {
  public:
    TlsFixture() : thread_([this] { http_->run(); }) {}
    TlsFixture(const TlsFixture&) = delete;
    TlsFixture& operator=(const TlsFixture&) = delete;
    ~TlsFixture() { stop(); }

    void stop() {
        http_->stop();
        if (thread_.joinable()) thread_.join();
    }
    std::uint16_t port() const { return http_->port(); }
    TlsServer& tls() { return tls_; }
    TlsCredentials other_credentials() const {
        return LocalCertificates(folder_.path("other")).credentials(today());
    }

  private:
    static HttpServerOptions options_of(TlsServer& tls) {
        // As serve() does.
        std::signal(SIGPIPE, SIG_IGN);
        HttpServerOptions options;
        options.port = 0;
        options.tls = &tls;
        options.handshake_patience = 1s;
        return options;
    }

    tests::TemporaryFolder folder_;
    ManualClock clock_{Timestamp(std::chrono::seconds(1769860800))};
    Log log_{LogLevel::error, clock_};
    Echo echo_;
    TlsServer tls_{LocalCertificates(folder_.path("tls")).credentials(today())};
    std::unique_ptr<HttpServer> http_ = std::make_unique<HttpServer>(options_of(tls_), echo_, clock_, log_);
    std::thread thread_;
};

/// A client's connection.
class PlainClient {
  public:
    explicit PlainClient(const TlsFixture& server) {
        socket_.connect({boost::asio::ip::make_address("127.0.0.1"), server.port()});
        const timeval limit{tls_patience.count(), 0};
        ::setsockopt(number(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    int number() { return socket_.native_handle(); }
    void send(const std::string& bytes) { boost::asio::write(socket_, boost::asio::buffer(bytes)); }
    /// Returns everything up to the end of the connection.
    std::string rest() {
        std::string text;
        std::array<char, 4096> piece;
        ssize_t count = 0;
        while ((count = ::recv(number(), piece.data(), piece.size(), 0)) > 0)
            text.append(piece.data(), static_cast<std::size_t>(count));
        return count < 0 ? text + "[no end]" : text;
    }

  private:
    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_{io_};
};

/// A client's connection through TLS. It trusts every certificate.
class TlsClient {
  public:
    explicit TlsClient(const TlsFixture& server, int version = TLS1_3_VERSION) : plain_(server) {
        SSL_CTX_set_min_proto_version(context_.get(), version);
        SSL_CTX_set_max_proto_version(context_.get(), version);
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_fd(ssl_.get(), plain_.number());
    }
    bool shake_hands() { return SSL_connect(ssl_.get()) == 1; }
    void send(std::string_view bytes) { SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())); }
    /// Returns the body of the next response.
    std::string body() {
        const std::string head = until("\r\n\r\n");
        const std::string name = "Content-Length: ";
        const std::size_t size = std::stoul(head.substr(head.find(name) + name.size()));
        while (received_.size() < size && receive()) {
        }
        std::string body = received_.substr(0, size);
        received_.erase(0, size);
        return body;
    }
    std::string ask(std::string_view request) {
        send(request);
        return body();
    }
    /// Waits for the end of the connection. Returns "goodbye", "cut", or what came instead.
    std::string end() {
        while (receive()) {
        }
        if (!received_.empty()) return received_;
        return SSL_get_shutdown(ssl_.get()) == SSL_RECEIVED_SHUTDOWN ? "goodbye" : "cut";
    }
    /// The certificate's bytes in PEM form.
    std::string certificate() {
        const Certificate own(SSL_get1_peer_certificate(ssl_.get()));
        return pem_of(*own);
    }

  private:
    bool receive() {
        std::array<char, 4096> piece;
        const int count = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
        if (count > 0) received_.append(piece.data(), static_cast<std::size_t>(count));
        return count > 0;
    }
    std::string until(const std::string& end) {
        while (received_.find(end) == std::string::npos && receive()) {
        }
        std::string text = received_.substr(0, received_.find(end) + end.size());
        received_.erase(0, text.size());
        return text;
    }

    PlainClient plain_;
    std::unique_ptr<SSL_CTX, OpenSslDeleter<SSL_CTX_free>> context_{SSL_CTX_new(TLS_client_method())};
    std::unique_ptr<SSL, OpenSslDeleter<SSL_free>> ssl_;
    std::string received_;
};

std::string post(const std::string& body) {
    return "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

const std::string get_five = "GET /5 HTTP/1.1\r\n\r\n";

}  // namespace

TEST_CASE_METHOD(TlsFixture, "requests come and are answered through TLS", "[tls]") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient client(*this, version);
        REQUIRE(client.shake_hands());
        CHECK(client.ask(get_five) == "TLS aaaaa");
        CHECK(client.ask(post("hello")) == "TLS hello");
        CHECK(client.ask("GET /briefly HTTP/1.1\r\n\r\n") == "TLS ");
    }
}

TEST_CASE_METHOD(TlsFixture, "the same port speaks plain HTTP", "[tls]") {
    PlainClient client(*this);
    client.send("GET /3 HTTP/1.1\r\nConnection: close\r\n\r\n");
    const std::string answer = client.rest();
    CHECK(answer.substr(0, answer.find("\r\n")) == "HTTP/1.1 200 OK");
    CHECK(answer.substr(answer.find("\r\n\r\n")) == "\r\n\r\nplain aaa");
}

// The bodies are larger than what the sockets take at once, and than one record.
TEST_CASE_METHOD(TlsFixture, "large bodies pass through TLS both ways", "[tls]") {
    constexpr std::size_t size = 12 * 1024 * 1024;
    TlsClient client(*this);
    REQUIRE(client.shake_hands());
    std::string letters(size, ' ');
    for (std::size_t i = 0; i < size; ++i) letters[i] = static_cast<char>('a' + i % 23);
    const bool is_same = client.ask(post(letters)) == "TLS " + letters;
    CHECK(is_same);
    CHECK(client.ask(get_five) == "TLS aaaaa");
}

TEST_CASE_METHOD(TlsFixture, "requests that come together are answered in their order", "[tls]") {
    TlsClient client(*this);
    REQUIRE(client.shake_hands());
    client.send(post("one") + post("two") + get_five);
    CHECK(client.body() == "TLS one");
    CHECK(client.body() == "TLS two");
    CHECK(client.body() == "TLS aaaaa");
}

TEST_CASE_METHOD(TlsFixture, "the server takes leave of a client", "[tls]") {
    TlsClient asked(*this);
    REQUIRE(asked.shake_hands());
    asked.send("GET /1 HTTP/1.1\r\nConnection: close\r\n\r\n");
    CHECK(asked.body() == "TLS a");
    CHECK(asked.end() == "goodbye");

    TlsClient idle(*this);
    REQUIRE(idle.shake_hands());
    CHECK(idle.ask(get_five) == "TLS aaaaa");
    stop();
    CHECK(idle.end() == "goodbye");
}

TEST_CASE_METHOD(TlsFixture, "a client that stops in its handshake is cut off", "[tls]") {
    PlainClient silent(*this);
    silent.send("\x16\x03\x01");
    CHECK(silent.rest().empty());
}

TEST_CASE_METHOD(TlsFixture, "a broken handshake ends only its connection", "[tls]") {
    PlainClient broken(*this);
    // A record of five bytes, which cannot be a ClientHello.
    broken.send(std::string("\x16\x03\x01\x00\x05hello", 10));
    // An alert.
    CHECK(broken.rest().substr(0, 1) == "\x15");
    TlsClient old(*this, TLS1_1_VERSION);
    CHECK_FALSE(old.shake_hands());
    TlsClient client(*this);
    REQUIRE(client.shake_hands());
    CHECK(client.ask(get_five) == "TLS aaaaa");
}

TEST_CASE_METHOD(TlsFixture, "a server stops in the middle of a handshake", "[tls]") {
    PlainClient silent(*this);
    silent.send("\x16");
    TlsClient client(*this);
    REQUIRE(client.shake_hands());
    stop();
    CHECK(client.end() == "goodbye");
    CHECK(silent.rest().empty());
}

TEST_CASE_METHOD(TlsFixture, "new connections get a new certificate", "[tls]") {
    TlsClient before(*this);
    REQUIRE(before.shake_hands());
    const TlsCredentials other = other_credentials();
    tls().use(other);
    TlsClient after(*this);
    REQUIRE(after.shake_hands());
    CHECK(after.certificate() == other.certificates);
    CHECK(before.certificate() != other.certificates);
    CHECK(before.ask(get_five) == "TLS aaaaa");
    CHECK_THROWS_WITH(tls().use({"", ""}), "there is no certificate, or no key");
    CHECK(after.ask(get_five) == "TLS aaaaa");
}

TEST_CASE_METHOD(TlsFixture, "a hundred clients speak TLS at the same time", "[tls]") {
    std::vector<std::unique_ptr<TlsClient>> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(std::make_unique<TlsClient>(*this));
        REQUIRE(clients.back()->shake_hands());
    }
    for (const auto& each : clients) each->send(get_five);
    for (const auto& each : clients) CHECK(each->body() == "TLS aaaaa");
}
