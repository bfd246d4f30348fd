#include "server/healthcheck.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string_view>

#include "stream/handler/name_resolution.hpp"

namespace tailrace::server {
namespace {

constexpr std::chrono::seconds patience{3};

class Connection {
  public:
    /// Connects to the first address of the host that accepts a connection.
    Connection(const std::string& host, std::uint16_t port) {
        constexpr timeval patience_of_socket{patience.count(), 0};
        for (const auto& each : stream::resolve(host, std::to_string(port), patience).endpoints) {
            close_socket();
            socket_ = socket(each.protocol().family(), SOCK_STREAM, 0);
            setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience_of_socket, sizeof patience_of_socket);
            setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience_of_socket, sizeof patience_of_socket);
            connected_ = connect(socket_, each.data(), static_cast<socklen_t>(each.size())) == 0;
            if (connected_) return;
        }
    }
    ~Connection() { close_socket(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Returns everything the server sends until it closes the connection.
    std::string exchange(std::string_view request) const {
        std::string answer;
        if (!connected_ || send(socket_, request.data(), request.size(), 0) < 0) return answer;
        std::array<char, 1024> piece;
        while (true) {
            const ssize_t count = recv(socket_, piece.data(), piece.size(), 0);
            if (count <= 0) return answer;
            answer.append(piece.data(), static_cast<std::size_t>(count));
        }
    }

  private:
    void close_socket() const {
        if (socket_ >= 0) close(socket_);
    }

    int socket_ = -1;
    bool connected_ = false;
};

}  // namespace

bool server_is_healthy(const std::string& host, std::uint16_t port) {
    const bool is_this_machine = host == "localhost" || host == "*" || host == "0.0.0.0" || host == "::";
    // A server that goes away while it is asked is not healthy. Without this line, SIGPIPE could end this
    // process instead.
    std::signal(SIGPIPE, SIG_IGN);
    const Connection connection(is_this_machine ? "localhost" : host, port);
    const std::string answer =
        connection.exchange("GET / HTTP/1.1\r\nHost: tailrace\r\nConnection: close\r\n\r\n");
    // This answer is at DynamoDB's own path, which neither --admin-token nor --no-admin closes.
    if (answer.starts_with("HTTP/1.1 200 ")) {
        return answer.find("\r\n\r\nhealthy: dynamodb.") != std::string::npos;
    }
    // A server that takes DynamoDB Local's place answers with this.
    return answer.starts_with("HTTP/1.1 400 ") &&
           answer.find("#MissingAuthenticationToken\"") != std::string::npos;
}

}  // namespace tailrace::server
