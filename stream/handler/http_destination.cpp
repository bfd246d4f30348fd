#include "stream/handler/http_destination.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <stdexcept>

namespace tailrace::stream {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::string_view scheme = "http://";
constexpr std::chrono::seconds patience(10);

/// One exchange with a server, each step of which has its time.
class Exchange {
  public:
    http::response<http::string_body> send(const std::string& host, const std::string& port,
                                           const http::request<http::string_body>& request) {
        asio::ip::tcp::resolver resolver(io_);
        const auto addresses = resolver.resolve(host, port);
        http::response<http::string_body> response;
        beast::flat_buffer buffer;
        step([&](auto done) { stream_.async_connect(addresses, done); });
        step([&](auto done) { http::async_write(stream_, request, done); });
        step([&](auto done) { http::async_read(stream_, buffer, response, done); });
        return response;
    }

  private:
    template <typename Start>
    void step(Start start) {
        beast::error_code result;
        stream_.expires_after(patience);
        start([&result](const beast::error_code& error, const auto&) { result = error; });
        io_.restart();
        io_.run();
        if (result) throw beast::system_error(result);
    }

    asio::io_context io_;
    beast::tcp_stream stream_{io_};
};

}  // namespace

HttpDestination::HttpDestination(const std::string& url) : url_(url) {
    if (!url.starts_with(scheme)) throw std::invalid_argument("'" + url + "' is no http:// URL");
    const std::string rest = url.substr(scheme.size());
    const std::size_t slash = rest.find('/');
    if (slash != std::string::npos) target_ = rest.substr(slash);
    const std::string authority = rest.substr(0, slash);
    const std::size_t colon = authority.rfind(':');
    const bool has_port = colon != std::string::npos && authority.find(']', colon) == std::string::npos;
    host_ = has_port ? authority.substr(0, colon) : authority;
    if (has_port) port_ = authority.substr(colon + 1);
    if (host_.starts_with('[') && host_.ends_with(']')) host_ = host_.substr(1, host_.size() - 2);
    if (host_.empty() || port_.empty()) throw std::invalid_argument("'" + url + "' is no http:// URL");
}

void HttpDestination::deliver(const std::string& record_json, const std::string&) {
    constexpr int http_1_1 = 11;
    http::request<http::string_body> request(http::verb::post, target_, http_1_1);
    request.set(http::field::host, host_ + ":" + port_);
    request.set(http::field::content_type, "application/json");
    request.keep_alive(false);
    request.body() = record_json;
    request.prepare_payload();
    try {
        const auto response = Exchange().send(host_, port_, request);
        if (response.result_int() >= 300) {
            throw std::runtime_error("it answered " + std::to_string(response.result_int()));
        }
    } catch (const std::exception& error) {
        throw std::runtime_error("the OnFailure destination " + url_ + " was not reached: " + error.what());
    }
}

}  // namespace tailrace::stream
