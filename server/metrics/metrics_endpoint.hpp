#pragma once

#include "engine/operation/engine.hpp"
#include "server/admin/known_mappings.hpp"
#include "server/requests/request_log.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// What the metrics of a namespace are about. The engine and the log must outlive the endpoint.
struct MetricsParts {
    Engine& engine;
    const RequestLog& request_log;
    KnownMappings mappings;
    /// When the server was started, by the machine's clock.
    Timestamp server_start;
};

/// The most tables, and the most mappings, with metrics of their own: those whose names come first.
inline constexpr std::size_t max_measured_names = 1000;

/// Adds GET /_tailrace/metrics.
void add_metrics_endpoint(Mount& admin, const MetricsParts& parts);

}  // namespace tailrace::server
