#pragma once

#include <cstdint>

namespace tailrace::server {

/// Which part of a request's credentials chooses its namespace, if nothing else does.
enum class Isolation : std::uint8_t { none, access_key, account, region, account_and_region };

}  // namespace tailrace::server
