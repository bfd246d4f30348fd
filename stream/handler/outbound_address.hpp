#pragma once

#include <boost/asio/ip/address.hpp>

namespace tailrace::stream {

/// Returns true for an address that no call may go to, because a cloud may serve a machine's credentials
/// there: link-local addresses (169.254.0.0/16, fe80::/10), those of EC2 and EKS (fd00:ec2::/32), and IPv6
/// addresses that embed a link-local IPv4 address (::ffff:a.b.c.d, ::a.b.c.d, 64:ff9b::a.b.c.d).
bool is_forbidden_address(const boost::asio::ip::address& address);

}  // namespace tailrace::stream
