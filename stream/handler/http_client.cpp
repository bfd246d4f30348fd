#include "stream/handler/http_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "stream/handler/runtime_api.hpp"

namespace tailrace::stream {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

/// One request on a connection of its own, all of it within a time.
class Exchange {
  public:
    error_code send(const HttpUrl& url, const Request& request, std::chrono::milliseconds timeout) {
        endpoints_ = tcp::resolver(loop_).resolve(url.host, url.port, error_);
        if (error_) return error_;
        stream_.expires_after(timeout);
        parser_.body_limit(max_response_bytes);
        stream_.async_connect(endpoints_, [this, &request](const error_code& refused, const auto&) {
            if (fails(refused)) return;
            is_connected_ = true;
            http::async_write(stream_, request, [this](const error_code& unsent, std::size_t) {
                if (fails(unsent)) return;
                http::async_read(stream_, buffer_, parser_,
                                 [this](const error_code& unread, std::size_t) { fails(unread); });
            });
        });
        loop_.run();
        return error_;
    }

    bool is_connected() const { return is_connected_; }
    const Response& response() const { return parser_.get(); }

  private:
    bool fails(const error_code& error) {
        error_ = error;
        return error.failed();
    }

    asio::io_context loop_{1};
    beast::tcp_stream stream_{loop_};
    tcp::resolver::results_type endpoints_;
    beast::flat_buffer buffer_;
    http::response_parser<http::string_body> parser_;
    error_code error_;
    bool is_connected_ = false;
};

HttpAnswer answer_of(const Response& response) {
    HttpAnswer answer{response.result_int(), {}, response.body()};
    for (const auto& field : response) answer.headers.emplace_back(field.name_string(), field.value());
    return answer;
}

}  // namespace

std::optional<HttpUrl> HttpUrl::parse(std::string_view url) {
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme)) return std::nullopt;
    const std::string_view rest = url.substr(scheme.size());
    std::string_view authority = rest.substr(0, rest.find('/'));
    HttpUrl read;
    if (rest.size() > authority.size() + 1) read.path = rest.substr(authority.size());
    const std::size_t colon = authority.rfind(':');
    if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
        read.port = authority.substr(colon + 1);
        authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[') && authority.ends_with(']')) {
        authority.remove_prefix(1);
        authority.remove_suffix(1);
    }
    read.host = authority;
    if (read.host.empty() || read.port.empty()) return std::nullopt;
    return read;
}

std::string HttpUrl::authority() const {
    const bool is_ipv6 = host.find(':') != std::string::npos;
    return (is_ipv6 ? "[" + host + "]" : host) + ":" + port;
}

std::string_view HttpAnswer::header(std::string_view name) const {
    for (const auto& [each, value] : headers) {
        if (beast::iequals({each.data(), each.size()}, {name.data(), name.size()})) return value;
    }
    return {};
}

HttpOutcome post_json(const HttpUrl& url, std::string_view body_json, const HttpHeaders& headers,
                      std::chrono::milliseconds timeout) {
    constexpr int http_1_1 = 11;
    Request request(http::verb::post, url.path.empty() ? "/" : url.path, http_1_1, std::string(body_json));
    request.set(http::field::host, url.authority());
    request.set(http::field::content_type, "application/json");
    request.set(http::field::connection, "close");
    for (const auto& [name, value] : headers) request.set(name, value);
    request.prepare_payload();
    Exchange exchange;
    const error_code error = exchange.send(url, request, timeout);
    HttpOutcome outcome;
    outcome.is_connected = exchange.is_connected();
    outcome.is_timeout = error == beast::error::timeout;
    if (error) {
        outcome.error = error.message();
    } else {
        outcome.answer = answer_of(exchange.response());
    }
    return outcome;
}

}  // namespace tailrace::stream
