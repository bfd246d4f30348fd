#pragma once

#include <cstdint>
#include <string>

namespace tailrace::server {

/// Sends GET / to the server at this host and port. Returns true if the server answers within a few seconds
/// that it is healthy, or answers as DynamoDB Local does. A host that means several addresses, "localhost",
/// "*", "0.0.0.0" or "::", is asked at the loopback addresses.
bool server_is_healthy(const std::string& host, std::uint16_t port);

}  // namespace tailrace::server
