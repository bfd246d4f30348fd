#include "stream/handler/host_lookup.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace tailrace::stream {

using boost::asio::ip::tcp;

std::vector<boost::asio::ip::address> look_up_host(const std::string& host,
                                                   boost::system::error_code& error) {
    boost::asio::io_context loop;
    std::vector<boost::asio::ip::address> addresses;
    for (const auto& each : tcp::resolver(loop).resolve(host, "", error)) {
        addresses.push_back(each.endpoint().address());
    }
    return addresses;
}

}  // namespace tailrace::stream
