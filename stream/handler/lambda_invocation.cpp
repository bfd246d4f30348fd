#include "stream/handler/lambda_invocation.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include "stream/handler/make_handler.hpp"
#include "stream/handler/runtime_api.hpp"

namespace tailrace::stream {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace json = boost::json;
using asio::ip::tcp;
using boost::system::error_code;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

/// One request on a connection of its own, all of it within a time.
class Exchange {
  public:
    Exchange(const std::string& host, const std::string& port) {
        stream_.expires_never();
        const auto found = tcp::resolver(loop_).resolve(host, port, error_);
        if (!error_) endpoints_ = found;
    }

    /// What kept the request from being answered; none when it was.
    error_code send(const Request& request, std::chrono::milliseconds timeout) {
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

    /// Whether the request may have been received.
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

/// Whether an answer is an error although no header says so, as the Runtime Interface Emulator tells errors.
bool is_error_payload(const std::string& payload) {
    error_code error;
    const json::value value = json::parse(payload, error);
    return !error && value.is_object() && value.get_object().contains("errorMessage") &&
           value.get_object().contains("errorType");
}

HandlerResult result_of(const Response& response) {
    HandlerResult result;
    result.request_id = response["x-amzn-RequestId"];
    if (!response.body().empty()) result.payload = response.body();
    const unsigned status = response.result_int();
    if (status == 429 || status >= 500) {
        result = HandlerResult::not_invoked("HTTP status " + std::to_string(status) + ": " + response.body());
    } else if (status != 200) {
        std::string type = response["x-amzn-ErrorType"];
        if (type.empty()) type = "Error";
        result =
            HandlerResult::failed("HTTP status " + std::to_string(status) + ": " + response.body(), type);
    } else if (!response["X-Amz-Function-Error"].empty() || is_error_payload(response.body())) {
        result.outcome = CallOutcome::function_error;
    }
    result.request_id = response["x-amzn-RequestId"];
    return result;
}

}  // namespace

LambdaInvocation::LambdaInvocation(const std::string& url, const HandlerContext& context)
    : timeout_(context.timeout) {
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme)) {
        throw UnknownHandler("'lambda:" + url + "': the URL has to begin with http://");
    }
    const std::string_view rest = std::string_view(url).substr(scheme.size());
    const std::string_view authority = rest.substr(0, rest.find('/'));
    if (rest.size() > authority.size() + 1) path_ = rest.substr(authority.size());
    const std::size_t colon = authority.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
    host_ = authority.substr(0, has_port ? colon : std::string_view::npos);
    if (has_port) port_ = authority.substr(colon + 1);
    if (host_.size() > 1 && host_.front() == '[') host_ = host_.substr(1, host_.size() - 2);
    if (host_.empty() || port_.empty()) throw UnknownHandler("'lambda:" + url + "' names no host");
}

HandlerResult LambdaInvocation::invoke(std::string_view event_json) {
    Request request(http::verb::post, path_, 11, std::string(event_json));
    request.set(http::field::host, host_ + ":" + port_);
    request.set(http::field::content_type, "application/json");
    request.set(http::field::connection, "close");
    request.set("X-Amz-Invocation-Type", "RequestResponse");
    request.prepare_payload();
    Exchange exchange(host_, port_);
    const error_code error = exchange.send(request, timeout_);
    if (!error) return result_of(exchange.response());
    const std::string place = "http://" + host_ + ":" + port_ + path_;
    if (exchange.is_connected() && error == beast::error::timeout) {
        return HandlerResult::failed(place + " did not answer in time", "Sandbox.Timedout");
    }
    return HandlerResult::not_invoked(place + " cannot be reached: " + error.message());
}

}  // namespace tailrace::stream
