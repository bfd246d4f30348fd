#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <string>
#include <vector>

namespace tailrace::stream {

/// The addresses of a host, or the error that kept them from being found.
struct Resolution {
    std::vector<boost::asio::ip::tcp::endpoint> endpoints;
    boost::system::error_code error;
};

/// Returns the addresses of a host, each with the port. `port_text` is the port's number as text. "localhost"
/// means the loopback addresses of both families, whatever the system has under that name. Neither
/// "localhost" nor a literal address is looked up. Gives up with `timed_out` after `timeout`, even if the
/// lookup still blocks.
Resolution resolve(const std::string& host, const std::string& port_text, std::chrono::milliseconds timeout);

}  // namespace tailrace::stream
