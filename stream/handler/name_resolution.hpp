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

/// Finds the addresses of a host; gives up with `timed_out` after a time, whatever the system's resolver
/// does.
Resolution resolve(const std::string& host, const std::string& port, std::chrono::milliseconds timeout);

}  // namespace tailrace::stream
