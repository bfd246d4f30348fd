#include "stream/handler/http_client.hpp"

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>

#include "stream/handler/function_call.hpp"
#include "stream/handler/name_resolution.hpp"
#include "stream/handler/outbound_address.hpp"

namespace tailrace::stream {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

/// One request on a connection of its own, within the given limits.
class Exchange {
  public:
    Exchange(const Request& request, const HttpLimits& limits) : request_(request), limits_(limits) {
        parser_.body_limit(limits.body_bytes);
    }

    error_code run(const std::vector<tcp::endpoint>& endpoints, const std::stop_token& stop) {
        stream_.expires_after(limits_.connecting);
        stream_.async_connect(endpoints, [this](const error_code& refused, const auto&) {
            if (fails(refused)) return;
            is_connected_ = true;
            stream_.expires_after(limits_.exchange);
            http::async_write(stream_, request_, [this](const error_code& unsent, std::size_t) {
                if (fails(unsent)) return;
                http::async_read(stream_, buffer_, parser_,
                                 [this](const error_code& unread, std::size_t) { fails(unread); });
            });
        });
        const std::stop_callback stopped(stop, [this] { asio::post(loop_, [this] { stream_.close(); }); });
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

    const Request& request_;
    const HttpLimits& limits_;
    asio::io_context loop_{1};
    beast::tcp_stream stream_{loop_};
    beast::flat_buffer buffer_;
    http::response_parser<http::string_body> parser_;
    error_code error_;
    bool is_connected_ = false;
};

Request request_of(const HttpCall& call) {
    constexpr int http_1_1 = 11;
    constexpr std::array<http::verb, 4> verbs = {http::verb::get, http::verb::post, http::verb::put,
                                                 http::verb::delete_};
    const http::verb verb = verbs[static_cast<std::size_t>(call.verb)];
    Request request(verb, call.url.path.empty() ? "/" : call.url.path, http_1_1, call.body_json);
    request.set(http::field::host, call.url.authority());
    request.set(http::field::content_type, "application/json");
    request.set(http::field::connection, "close");
    for (const auto& [name, value] : call.headers) request.set(name, value);
    request.prepare_payload();
    return request;
}

std::string text_of(const error_code& error, const HttpLimits& limits) {
    if (error != http::error::body_limit) return error.message();
    return "its answer is larger than " + std::to_string(limits.body_bytes) + " bytes";
}

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

HttpOutcome send_json(const HttpCall& call, const HttpLimits& limits) {
    HttpOutcome outcome;
    Resolution found = resolve(call.url.host, call.url.port, limits.connecting);
    const std::size_t forbidden = std::erase_if(found.endpoints, [](const tcp::endpoint& endpoint) {
        return is_forbidden_address(endpoint.address());
    });
    if (found.endpoints.empty()) {
        outcome.error = forbidden > 0 ? "its address is link-local; calls to link-local addresses are refused"
                                      : found.error.message();
        outcome.is_timeout = found.error == asio::error::timed_out;
        return outcome;
    }
    const Request request = request_of(call);
    Exchange exchange(request, limits);
    const error_code error = exchange.run(found.endpoints, call.stop);
    outcome.is_connected = exchange.is_connected();
    outcome.is_timeout = error == beast::error::timeout;
    outcome.is_too_large = error == http::error::body_limit;
    if (error) {
        outcome.error = text_of(error, limits);
    } else if (exchange.response().result_int() / 100 == 3) {
        outcome.error = "it answered " + std::to_string(exchange.response().result_int()) +
                        "; redirects are not followed";
    } else {
        outcome.answer = answer_of(exchange.response());
    }
    return outcome;
}

HttpOutcome post_json(HttpCall call, std::chrono::milliseconds timeout) {
    constexpr std::chrono::seconds connecting(10);
    call.verb = HttpVerb::post;
    return send_json(call,
                     {std::min<std::chrono::milliseconds>(timeout, connecting), timeout, max_response_bytes});
}

}  // namespace tailrace::stream
