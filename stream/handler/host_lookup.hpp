#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>
#include <string>
#include <vector>

namespace tailrace::stream {

/// The addresses of a host by its name, and what kept them from being found. Takes as long as whoever is
/// asked.
std::vector<boost::asio::ip::address> look_up_host(const std::string& host, boost::system::error_code& error);

}  // namespace tailrace::stream
