#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>
#include <string>
#include <vector>

namespace tailrace::stream {

/// Returns the addresses of a host name, and sets `error` if they cannot be found. Has no time limit of its
/// own: it takes as long as the system's lookup.
std::vector<boost::asio::ip::address> look_up_host(const std::string& host, boost::system::error_code& error);

}  // namespace tailrace::stream
