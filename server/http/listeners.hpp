#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace tailrace::server {

using LoopAcceptor =
    boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

/// The sockets on which a server listens: one for each address of a host, all on one port. For one thread.
class Listeners {
  public:
    /// Listens from now on. `host` is an address, or a name that resolves to one. "localhost" means the
    /// loopback addresses of both families and "*" all addresses of both, as far as the machine has them.
    /// Port 0 means any port that is free at all of them. Throws ListenError.
    Listeners(boost::asio::io_context& io_context, const std::string& host, std::uint16_t port);

    std::uint16_t port() const { return port_; }
    /// Their addresses in the form of a URL: "127.0.0.1", "[::1]". At least one.
    const std::vector<std::string>& hosts() const { return hosts_; }
    /// One for each host.
    std::vector<LoopAcceptor>& acceptors() { return acceptors_; }

  private:
    bool listen_at_each(const std::vector<boost::asio::ip::address>& addresses, std::uint16_t wanted_port);

    boost::asio::io_context& io_context_;
    std::vector<LoopAcceptor> acceptors_;
    std::vector<std::string> hosts_;
    std::uint16_t port_ = 0;
};

}  // namespace tailrace::server
