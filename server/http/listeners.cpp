#include "server/http/listeners.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <chrono>
#include <utility>

#include "server/http/listen_error.hpp"
#include "stream/handler/name_resolution.hpp"

namespace tailrace::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// The maximum number of ports to try if they are free at one address but not at the other.
constexpr int max_ports_tried = 16;

/// How long to look up the address of a host.
constexpr std::chrono::seconds lookup_patience{30};

std::vector<asio::ip::address> addresses_of(const std::string& host) {
    using asio::ip::address_v4;
    using asio::ip::address_v6;
    if (host == "localhost") return {address_v4::loopback(), address_v6::loopback()};
    if (host == "*") return {address_v4::any(), address_v6::any()};
    const stream::Resolution found = stream::resolve(host, "0", lookup_patience);
    if (found.endpoints.empty()) {
        throw ListenError("the host " + host + " has no address here: " + found.error.message());
    }
    return {found.endpoints.front().address()};
}

/// Returns an address in the form of a URL.
std::string host_of(const asio::ip::address& address) {
    return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
}

/// In a pair of addresses, the IPv6 socket leaves IPv4 connections to the other.
error_code begin_listening(LoopAcceptor& acceptor, const tcp::endpoint& endpoint, bool is_of_pair) {
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error && is_of_pair && endpoint.address().is_v6()) {
        acceptor.set_option(asio::ip::v6_only(true), error);
    }
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    return error;
}

/// Returns true if the machine has no addresses of that family.
bool is_absent(const error_code& error) {
    return error == asio::error::address_family_not_supported ||
           error == boost::system::errc::address_not_available;
}

ListenError listen_error(const std::string& host, std::uint16_t port, const error_code& error) {
    const bool in_use = error == asio::error::address_in_use;
    return ListenError("cannot listen on " + host + ":" + std::to_string(port) + ": " +
                       (in_use ? "the port is in use" : error.message()));
}

/// Returns the error for a port that is in use at the second address of a pair. It is not enough to listen at
/// the first: a client of localhost may try the second address first, and would reach whatever listens there.
ListenError half_taken(const std::string& first, const ListenError& error) {
    return ListenError(std::string(error.what()) + ", though it is free on " + first + "; use --host " +
                       first + " to listen only there, or --port to use another port");
}

}  // namespace

Listeners::Listeners(asio::io_context& io_context, const std::string& host, std::uint16_t port)
    : io_context_(io_context) {
    const std::vector<asio::ip::address> addresses = addresses_of(host);
    for (int tried = 1; !listen_at_each(addresses, port); ++tried) {
        if (tried == max_ports_tried) {
            throw ListenError("no port was found that is free at every address of " + host);
        }
    }
}

/// Listens on one port at every address that the machine has. Returns false if the system chose the port at
/// the first address and it is in use at another.
bool Listeners::listen_at_each(const std::vector<asio::ip::address>& addresses, std::uint16_t wanted_port) {
    acceptors_.clear();
    hosts_.clear();
    port_ = wanted_port;
    error_code absent;
    for (const asio::ip::address& address : addresses) {
        LoopAcceptor acceptor(io_context_);
        const error_code error = begin_listening(acceptor, {address, port_}, addresses.size() > 1);
        if (is_absent(error)) {
            absent = error;
            continue;
        }
        const bool was_chosen = port_ != wanted_port;
        if (was_chosen && error == asio::error::address_in_use) return false;
        if (error == asio::error::address_in_use && !hosts_.empty())
            throw half_taken(hosts_.front(), listen_error(host_of(address), port_, error));
        if (error) throw listen_error(host_of(address), port_, error);
        port_ = acceptor.local_endpoint().port();
        acceptors_.push_back(std::move(acceptor));
        hosts_.push_back(host_of(address));
    }
    if (acceptors_.empty()) throw listen_error(host_of(addresses.front()), port_, absent);
    return true;
}

}  // namespace tailrace::server
