#include "conformance/runner/wire/http_exchange.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

// Only this file includes Asio, Beast and OpenSSL's streams, which are slow to compile.

namespace tailrace::conformance {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;

constexpr std::uint64_t longest_answer = 64ULL << 20U;

/// The server closed the connection before the first byte of the answer. On a connection that was kept open
/// that is normal.
class ClosedBeforeAnswer : public HttpFailure {
    using HttpFailure::HttpFailure;
};

std::string reason_of(const beast::error_code& error, const char* doing, std::chrono::milliseconds patience) {
    if (error == beast::error::timeout) {
        return std::string("gave up ") + doing + " after " + std::to_string(patience.count()) + " ms";
    }
    if (error == asio::error::operation_aborted) return std::string("broken off ") + doing;
    if (error.category() == http::make_error_code(http::error::end_of_stream).category()) {
        if (error == http::error::end_of_stream) return "the server closed the connection without an answer";
        if (error == http::error::partial_message)
            return "the server closed the connection within its answer";
        return "the server's answer is not HTTP: " + error.message();
    }
    return std::string("failed ") + doing + ": " + error.message();
}

ssl::context verifying_context(const Url& url, const HttpExchange::Options& options) {
    ssl::context context(ssl::context::tls_client);
    if (!url.tls) return context;
    beast::error_code error;
    if (options.authorities.empty()) {
        context.set_default_verify_paths(error);
    } else {
        context.load_verify_file(options.authorities, error);
    }
    if (error) throw HttpFailure("cannot read the certificate authorities: " + error.message());
    context.set_verify_mode(ssl::verify_peer);
    return context;
}

}  // namespace

class HttpExchange::Connection {
  public:
    Connection(const Url& url, const Options& options, std::stop_token broken_off)
        : tls_(url.tls),
          patience_(options.patience),
          broken_off_(std::move(broken_off)),
          context_(verifying_context(url, options)),
          stream_(io_, context_) {
        beast::error_code error;
        asio::ip::tcp::resolver resolver(io_);
        const auto addresses = resolver.resolve(url.host, url.port, error);
        if (error) throw Unreachable("cannot resolve " + url.host + ": " + error.message());
        step("connecting", [&](auto done) { lowest().async_connect(addresses, done); });
        lowest().socket().set_option(asio::ip::tcp::no_delay(true), error);
        if (tls_) shake_hands(url);
    }

    HttpAnswer send(const HttpRequest& request) {
        const std::string bytes = request.bytes();
        http::response_parser<http::string_body> parser;
        parser.body_limit(longest_answer);
        parser.skip(request.method == "HEAD");
        // A server may answer and close before it has read the whole request: the answer counts, not the
        // write error.
        const beast::error_code unsent = attempt([&](auto done) { write(asio::buffer(bytes), done); });
        const beast::error_code error = attempt([&](auto done) { read(parser, done); });
        if (error) {
            const bool got_some = parser.got_some();
            if (unsent && !got_some) throw ClosedBeforeAnswer(reason_of(unsent, "sending", patience_));
            const std::string reason = reason_of(error, "waiting for the answer", patience_);
            const bool closed = error == http::error::end_of_stream ||
                                error == asio::error::connection_reset ||
                                error == asio::ssl::error::stream_truncated;
            if (closed && !got_some) throw ClosedBeforeAnswer(reason);
            throw HttpFailure(reason);
        }
        is_open_ = parser.get().keep_alive();
        HttpAnswer answer;
        answer.status = static_cast<int>(parser.get().result_int());
        for (const auto& field : parser.get())
            answer.headers.emplace_back(field.name_string(), field.value());
        answer.body = std::move(parser.get().body());
        return answer;
    }
    bool is_open() const { return is_open_; }

  private:
    beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }

    void shake_hands(const Url& url) {
        stream_.set_verify_callback(ssl::host_name_verification(url.host));
        // The same as the macro SSL_set_tlsext_host_name, which has a C-style cast.
        SSL_ctrl(stream_.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(url.host.c_str()));
        step("agreeing on TLS", [&](auto done) {
            stream_.async_handshake(ssl::stream_base::client,
                                    [done](beast::error_code result) { done(result, 0); });
        });
    }
    template <typename Done>
    void write(asio::const_buffer bytes, Done done) {
        if (tls_) return asio::async_write(stream_, bytes, done);
        asio::async_write(lowest(), bytes, done);
    }
    template <typename Parser, typename Done>
    void read(Parser& parser, Done done) {
        if (tls_) return http::async_read(stream_, buffer_, parser, done);
        http::async_read(lowest(), buffer_, parser, done);
    }
    template <typename Start>
    beast::error_code attempt(Start start) {
        beast::error_code result;
        io_.restart();
        lowest().expires_after(patience_);
        start([&result](const beast::error_code& error, const auto&) { result = error; });
        // The socket is closed, not cancelled: a composed operation would go on with its next part.
        const std::stop_callback break_off(broken_off_,
                                           [this] { asio::post(io_, [this] { lowest().close(); }); });
        io_.run();
        lowest().expires_never();
        return result && broken_off_.stop_requested() ? asio::error::operation_aborted : result;
    }
    template <typename Start>
    void step(const char* doing, Start start) {
        const beast::error_code error = attempt(start);
        if (error) throw Unreachable(reason_of(error, doing, patience_));
    }

    bool tls_;
    bool is_open_ = true;
    std::chrono::milliseconds patience_;
    std::stop_token broken_off_;
    asio::io_context io_;
    ssl::context context_;
    ssl::stream<beast::tcp_stream> stream_;
    beast::flat_buffer buffer_;
};

HttpExchange::HttpExchange(Url url, Options options, std::stop_token broken_off)
    : url_(std::move(url)), options_(std::move(options)), broken_off_(std::move(broken_off)) {}

HttpExchange::~HttpExchange() = default;

HttpAnswer HttpExchange::send(const HttpRequest& request) {
    const bool kept_open = connection_ && connection_->is_open();
    if (!kept_open) connection_ = std::make_unique<Connection>(url_, options_, broken_off_);
    try {
        try {
            return connection_->send(request);
        } catch (const ClosedBeforeAnswer&) {
            if (!kept_open) throw;
            connection_ = std::make_unique<Connection>(url_, options_, broken_off_);
            return connection_->send(request);
        }
    } catch (const HttpFailure&) {
        connection_.reset();
        throw;
    }
}

}  // namespace tailrace::conformance
