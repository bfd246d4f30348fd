#pragma once

#include <boost/asio/ip/address.hpp>

namespace tailrace::stream {

/// True for an address that no call may go to. At some of these addresses clouds serve the credentials of a
/// machine: at link-local ones (169.254.0.0/16, fe80::/10), and at EC2's and EKS's own (fd00:ec2::/32). IPv6
/// addresses that embed a link-local IPv4 address are forbidden, too (::ffff:a.b.c.d, ::a.b.c.d,
/// 64:ff9b::a.b.c.d).
bool is_forbidden_address(const boost::asio::ip::address& address);

}  // namespace tailrace::stream
