#include "stream/handler/outbound_address.hpp"

#include <algorithm>
#include <array>

namespace tailrace::stream {
namespace {

namespace ip = boost::asio::ip;
using Bytes = ip::address_v6::bytes_type;

/// The prefixes of IPv6 addresses that embed an IPv4 address.
constexpr std::array<std::array<unsigned char, 12>, 3> ipv4_prefixes = {{
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0},
}};
constexpr std::array<unsigned char, 4> ec2_prefix = {0xfd, 0x00, 0x0e, 0xc2};

bool is_link_local(unsigned char first, unsigned char second) {
    return first == 169 && second == 254;
}

bool means_link_local_ipv4(const Bytes& bytes) {
    const bool means_ipv4 = std::ranges::any_of(ipv4_prefixes, [&](const auto& prefix) {
        return std::equal(prefix.begin(), prefix.end(), bytes.begin());
    });
    return means_ipv4 && is_link_local(bytes[12], bytes[13]);
}

}  // namespace

bool is_forbidden_address(const ip::address& address) {
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        return is_link_local(bytes[0], bytes[1]);
    }
    const ip::address_v6 v6 = address.to_v6();
    const Bytes bytes = v6.to_bytes();
    return v6.is_link_local() || means_link_local_ipv4(bytes) ||
           std::equal(ec2_prefix.begin(), ec2_prefix.end(), bytes.begin());
}

}  // namespace tailrace::stream
