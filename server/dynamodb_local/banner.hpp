#pragma once

#include <cstdint>
#include <string>

namespace tailrace::server {

/// What DynamoDB Local says of itself when it starts.
struct LocalConfiguration {
    std::uint16_t port = 8000;
    /// The database file; empty for one in memory.
    std::string db_path = {};
    bool delays_transient_statuses = false;
    /// The origins whose web pages may use the API, "*" for every one; empty for none.
    std::string cors = "*";
};

/// The lines with which DynamoDB Local begins its standard output, and an empty one. Programs that start it
/// take the first for the sign that it is ready: the Rust module of Testcontainers, users of the Python one,
/// Wing's simulator.
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
