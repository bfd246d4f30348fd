#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stream/handler/function_call.hpp"

namespace tailrace::stream {

/// A request of a runtime client.
struct RuntimeRequest {
    enum class Kind { next, response, error, init_error, unknown };
    Kind kind = Kind::unknown;
    /// The call that a response or an error belongs to.
    std::string request_id = {};
    std::string body = {};
    /// The header Lambda-Runtime-Function-Error-Type.
    std::string error_type = {};
    /// The body was larger than max_response_bytes, and was not read.
    bool is_too_large = false;
};

/// The reply to a runtime client.
struct RuntimeReply {
    int status = 202;
    std::string body = R"({"status":"OK"})";
    std::vector<std::pair<std::string, std::string>> headers = {};
};

/// One connection of a runtime client, which carries requests and their replies in turn. It is used only from
/// the thread that runs its io_context.
class RuntimeConnection : public std::enable_shared_from_this<RuntimeConnection> {
  public:
    using Receiver = std::function<void(const std::shared_ptr<RuntimeConnection>&, RuntimeRequest)>;

    RuntimeConnection(boost::asio::ip::tcp::socket socket, Receiver receiver)
        : socket_(std::move(socket)), receiver_(std::move(receiver)) {}

    /// Waits for a request and passes it to the receiver.
    void receive();
    /// Replies to the request that was received last, now or later, and waits for the next.
    void reply(RuntimeReply reply);
    void close();

  private:
    using Request = boost::beast::http::request_parser<boost::beast::http::string_body>;

    boost::asio::ip::tcp::socket socket_;
    Receiver receiver_;
    boost::beast::flat_buffer buffer_;
    std::optional<Request> parser_;
    boost::beast::http::response<boost::beast::http::string_body> response_;
};

/// Lambda's Runtime API for one runtime client, on a free port of the loopback interface. Web pages get 403,
/// because they could guess the port and take a call away. Used only from the thread that runs its
/// io_context. Source: "Using the Lambda runtime API for custom runtimes".
class RuntimeApi : public std::enable_shared_from_this<RuntimeApi> {
  public:
    /// Throws boost::system::system_error if there is no free port. The receiver gets every request until
    /// close().
    RuntimeApi(boost::asio::io_context& loop, RuntimeConnection::Receiver receiver);

    /// Returns the value of AWS_LAMBDA_RUNTIME_API: "127.0.0.1:40321".
    std::string address() const;
    void accept();
    void close();

  private:
    boost::asio::ip::tcp::acceptor acceptor_;
    RuntimeConnection::Receiver receiver_;
    std::vector<std::weak_ptr<RuntimeConnection>> connections_;
};

}  // namespace tailrace::stream
