#pragma once

#include <cstdint>
#include <string>

#include "engine/table/store.hpp"

namespace tailrace::server {

/// The configuration that DynamoDB Local prints when it starts.
struct LocalConfiguration {
    std::uint16_t port = 8000;
    table::StoreLocation store_location = {};
    bool delays_transient_statuses = false;
    /// The origins whose web pages may use the API: "*" for all, empty for none.
    std::string cors = "*";
};

/// Returns the lines with which DynamoDB Local begins its standard output, and an empty line. Programs that
/// start it take the first line as the sign that it is ready: the Rust module of Testcontainers, users of the
/// Python one, Wing's simulator.
///
///     Initializing DynamoDB Local with the following configuration:
///     Port: 8000
///     InMemory: true
///     Version: Tailrace 0.1.0
///     DbPath: null
///     SharedDb: true
///     shouldDelayTransientStatuses: false
///     CorsParams: *
std::string local_banner(const LocalConfiguration& configuration);

}  // namespace tailrace::server
