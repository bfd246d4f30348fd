#include "server/healthcheck.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string_view>

namespace tailrace::server {
namespace {

constexpr timeval patience{3, 0};

class Connection {
  public:
    Connection(const std::string& host, std::uint16_t port) {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return;
        const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
        socket_ = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        connected_ = connect(socket_, found->ai_addr, found->ai_addrlen) == 0;
    }
    ~Connection() {
        if (socket_ >= 0) close(socket_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// What the server answers, until it closes the connection.
    std::string exchange(std::string_view request) const {
        std::string answer;
        if (!connected_ || send(socket_, request.data(), request.size(), MSG_NOSIGNAL) < 0) return answer;
        std::array<char, 1024> piece;
        while (true) {
            const ssize_t count = recv(socket_, piece.data(), piece.size(), 0);
            if (count <= 0) return answer;
            answer.append(piece.data(), static_cast<std::size_t>(count));
        }
    }

  private:
    int socket_ = -1;
    bool connected_ = false;
};

}  // namespace

bool server_is_healthy(const std::string& host, std::uint16_t port) {
    const Connection connection(host == "0.0.0.0" ? "127.0.0.1" : host, port);
    const std::string answer =
        connection.exchange("GET / HTTP/1.1\r\nHost: tailrace\r\nConnection: close\r\n\r\n");
    // It stands at DynamoDB's own path, where neither --admin-token nor --no-admin keeps it away.
    return answer.starts_with("HTTP/1.1 200 ") &&
           answer.find("\r\n\r\nhealthy: dynamodb.") != std::string::npos;
}

}  // namespace tailrace::server
