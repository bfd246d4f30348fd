#pragma once

#include <boost/asio/ip/address.hpp>

namespace tailrace::stream {

/// True for an address that no call may go to. These are the link-local addresses, where clouds keep the
/// credentials of a machine (169.254.0.0/16, fe80::/10), those of EC2 and EKS for the same purpose
/// (fd00:ec2::/32), and the IPv6 addresses that embed a link-local IPv4 address (::ffff:a.b.c.d, ::a.b.c.d,
/// 64:ff9b::a.b.c.d).
bool is_forbidden_address(const boost::asio::ip::address& address);

}  // namespace tailrace::stream
