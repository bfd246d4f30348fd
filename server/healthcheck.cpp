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
    /// To the first address of the host that accepts one; a null host is this machine.
    Connection(const char* host, std::uint16_t port) {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        if (getaddrinfo(host, std::to_string(port).c_str(), &hints, &found) != 0) return;
        const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
        for (const addrinfo* each = found; each != nullptr && !connected_; each = each->ai_next) {
            close_socket();
            socket_ = socket(each->ai_family, each->ai_socktype, each->ai_protocol);
            setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
            setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
            connected_ = connect(socket_, each->ai_addr, each->ai_addrlen) == 0;
        }
    }
    ~Connection() { close_socket(); }
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
    void close_socket() const {
        if (socket_ >= 0) close(socket_);
    }

    int socket_ = -1;
    bool connected_ = false;
};

}  // namespace

bool server_is_healthy(const std::string& host, std::uint16_t port) {
    const bool is_this_machine = host == "localhost" || host == "*" || host == "0.0.0.0" || host == "::";
    const Connection connection(is_this_machine ? nullptr : host.c_str(), port);
    const std::string answer =
        connection.exchange("GET / HTTP/1.1\r\nHost: tailrace\r\nConnection: close\r\n\r\n");
    // It stands at DynamoDB's own path, where neither --admin-token nor --no-admin keeps it away.
    if (answer.starts_with("HTTP/1.1 200 ")) {
        return answer.find("\r\n\r\nhealthy: dynamodb.") != std::string::npos;
    }
    // One in DynamoDB Local's place.
    return answer.starts_with("HTTP/1.1 400 ") &&
           answer.find("#MissingAuthenticationToken\"") != std::string::npos;
}

}  // namespace tailrace::server
