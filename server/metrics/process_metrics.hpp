#pragma once

#include "engine/model/clock.hpp"
#include "server/metrics/metrics_text.hpp"

namespace tailrace::server {

/// Adds what the system says about this process, under the names that all programs use for it. Some values
/// are known only on Linux. They are left out on other systems. Source: "Writing client libraries",
/// Prometheus's documentation.
void add_process_metrics(MetricsText& text, Timestamp server_start);

}  // namespace tailrace::server
