#pragma once

#include <cstdint>
#include <string>

namespace tailrace::server {

/// Whether a server answers there within a few seconds that it is healthy (GET /), or as DynamoDB Local does.
/// A host that stands for several addresses, "localhost", "*", "0.0.0.0" or "::", is asked at the loopback.
bool server_is_healthy(const std::string& host, std::uint16_t port);

}  // namespace tailrace::server
