#include "stream/handler/runtime_api.hpp"

#include <boost/beast/core/string.hpp>

namespace tailrace::stream {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

/// Reads from a path under /2018-06-01/runtime/ what the client asks for.
void read_path(http::verb method, std::string_view path, RuntimeRequest& request) {
    constexpr std::string_view root = "/2018-06-01/runtime/";
    constexpr std::string_view invocation = "invocation/";
    if (!path.starts_with(root)) return;
    path.remove_prefix(root.size());
    if (method == http::verb::get && path == "invocation/next") request.kind = RuntimeRequest::Kind::next;
    if (method != http::verb::post) return;
    if (path == "init/error") request.kind = RuntimeRequest::Kind::init_error;
    if (!path.starts_with(invocation)) return;
    path.remove_prefix(invocation.size());
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) return;
    request.request_id = path.substr(0, slash);
    const std::string_view what = path.substr(slash + 1);
    if (what == "response") request.kind = RuntimeRequest::Kind::response;
    if (what == "error") request.kind = RuntimeRequest::Kind::error;
}

/// True if a browser sent the request for a page. Runtime clients send neither Origin nor Sec-Fetch-Site, and
/// their Host header is the address that they were given. A page whose own host name was made to resolve to
/// this address sends that name as Host.
bool is_from_page(const http::request<http::string_body>& message) {
    if (message.count(http::field::origin) > 0 || message.count("Sec-Fetch-Site") > 0) return true;
    const auto host = message[http::field::host];
    const auto name = host.substr(0, host.find(':'));
    return !name.empty() && name != "127.0.0.1" && !boost::beast::iequals(name, "localhost");
}

}  // namespace

void RuntimeConnection::receive() {
    parser_.emplace();
    parser_->body_limit(max_response_bytes);
    http::async_read(
        socket_, buffer_, *parser_, [self = shared_from_this()](const error_code& error, std::size_t) {
            const bool is_too_large = error == http::error::body_limit;
            if (!self->receiver_ || (error && !is_too_large)) return self->close();
            auto& message = self->parser_->get();
            if (is_from_page(message)) {
                return self->reply({403, R"({"errorMessage":"Web pages may not use the Runtime API."})"});
            }
            RuntimeRequest request;
            read_path(message.method(), {message.target().data(), message.target().size()}, request);
            request.body = std::move(message.body());
            request.error_type = message["Lambda-Runtime-Function-Error-Type"];
            request.is_too_large = is_too_large;
            // Copied, because the receiver may close the connection, which destroys receiver_ while it runs.
            const Receiver receiver = self->receiver_;
            receiver(self, std::move(request));
        });
}

void RuntimeConnection::reply(RuntimeReply reply) {
    response_ = {};
    response_.version(11);
    response_.result(static_cast<unsigned>(reply.status));
    response_.set(http::field::content_type, "application/json");
    for (const auto& [name, value] : reply.headers) response_.set(name, value);
    response_.body() = std::move(reply.body);
    response_.keep_alive(parser_->is_done() && parser_->get().keep_alive());
    response_.prepare_payload();
    http::async_write(socket_, response_, [self = shared_from_this()](const error_code& error, std::size_t) {
        if (error || !self->response_.keep_alive()) return self->close();
        self->receive();
    });
}

void RuntimeConnection::close() {
    receiver_ = nullptr;
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
}

RuntimeApi::RuntimeApi(asio::io_context& loop, RuntimeConnection::Receiver receiver)
    : acceptor_(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), receiver_(std::move(receiver)) {}

std::string RuntimeApi::address() const {
    return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

void RuntimeApi::accept() {
    acceptor_.async_accept([self = shared_from_this()](const error_code& error, tcp::socket socket) {
        if (!self->acceptor_.is_open() || (error && error != asio::error::connection_aborted)) return;
        if (!error) {
            std::erase_if(self->connections_, [](const auto& each) { return each.expired(); });
            auto connection = std::make_shared<RuntimeConnection>(std::move(socket), self->receiver_);
            self->connections_.push_back(connection);
            connection->receive();
        }
        self->accept();
    });
}

void RuntimeApi::close() {
    error_code ignored;
    acceptor_.close(ignored);
    for (const auto& each : connections_) {
        if (const auto connection = each.lock()) connection->close();
    }
    receiver_ = nullptr;
}

}  // namespace tailrace::stream
