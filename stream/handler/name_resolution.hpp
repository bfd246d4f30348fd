#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <string>
#include <vector>

namespace tailrace::stream {

/// The addresses of a host, and what kept them from being found.
struct Resolution {
    std::vector<boost::asio::ip::tcp::endpoint> endpoints;
    boost::system::error_code error;
};

/// The addresses of a host, each with the port, a number. "localhost" is the loopback of both kinds, whatever
/// the system has under that name; nobody is asked for it, nor for an address. Gives up with `timed_out`
/// after a time, whatever those do that are asked.
Resolution resolve(const std::string& host, const std::string& port_text, std::chrono::milliseconds timeout);

}  // namespace tailrace::stream
