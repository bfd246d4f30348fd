#pragma once

#include <boost/asio/ip/address.hpp>

namespace tailrace::stream {

/// Whether an address is one that no call ever goes to: the link-local ones, where clouds keep the
/// credentials of a machine (169.254.0.0/16, fe80::/10), EC2's and EKS's own beside them (fd00:ec2::/32), and
/// whatever IPv6 address stands for one of the first (::ffff:a.b.c.d, ::a.b.c.d, 64:ff9b::a.b.c.d).
bool is_forbidden_address(const boost::asio::ip::address& address);

}  // namespace tailrace::stream
