#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <string>
#include <thread>

namespace tailrace::tests {

/// A server on a free port that answers one request, and keeps the request for the test.
class OneAnswer {
  public:
    using Request = boost::beast::http::request<boost::beast::http::string_body>;

    explicit OneAnswer(boost::beast::http::status status = boost::beast::http::status::ok,
                       const std::string& body = {})
        : thread_([this, status, body] { answer(status, body); }) {}
    OneAnswer(const OneAnswer&) = delete;
    OneAnswer& operator=(const OneAnswer&) = delete;

    std::string url(const std::string& path = "/") const {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + path;
    }
    /// Waits until the request has been answered.
    const Request& request() {
        thread_.join();
        return request_;
    }

  private:
    void answer(boost::beast::http::status status, const std::string& body) {
        namespace http = boost::beast::http;
        boost::asio::ip::tcp::socket socket = acceptor_.accept();
        boost::beast::flat_buffer buffer;
        http::read(socket, buffer, request_);
        http::response<http::string_body> response(status, request_.version());
        response.set(http::field::location, url("/elsewhere"));
        response.body() = body;
        response.prepare_payload();
        // A client that has read enough may already be gone.
        boost::system::error_code ignored;
        http::write(socket, response, ignored);
    }

    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_{io_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
    Request request_;
    std::thread thread_;
};

}  // namespace tailrace::tests
