#pragma once

#include <cstdint>
#include <string>

namespace tailrace::server {

/// Whether a server answers there within a few seconds that it is healthy (GET /). A host of 0.0.0.0,
/// which servers listen on, is asked at 127.0.0.1.
bool server_is_healthy(const std::string& host, std::uint16_t port);

}  // namespace tailrace::server
