#pragma once

#include <cstdint>
#include <string>

namespace tailrace::server {

/// Returns true if a server there answers within a few seconds that it is healthy (GET /), or answers as
/// DynamoDB Local does. If the host means several addresses, "localhost", "*", "0.0.0.0" or "::", the
/// loopback addresses are asked.
bool server_is_healthy(const std::string& host, std::uint16_t port);

}  // namespace tailrace::server
