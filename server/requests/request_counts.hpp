#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/operation/engine.hpp"

namespace tailrace::server {

/// The requests to one operation that were answered in one way.
struct RequestCount {
    std::string_view operation;
    int status = 200;
    /// "ValidationException"; empty for a success.
    std::string error = {};
    std::uint64_t requests = 0;
    std::uint64_t microseconds = 0;
    double capacity_units = 0;
};

/// Counts requests by operation, status and error. For one thread at a time.
class RequestCounts {
  public:
    /// Requests of further kinds are not counted. Scripted faults can cause more kinds than AWS does.
    static constexpr std::size_t max_kinds = 1000;

    void add(const RequestReport& report, std::chrono::microseconds duration);

    /// In the order in which the kinds first came.
    const std::vector<RequestCount>& all() const { return counts_; }

  private:
    RequestCount* find(const RequestReport& report);

    std::vector<RequestCount> counts_;
    /// The place of the last request's kind, because the next one is often of the same kind.
    std::size_t last_ = 0;
};

}  // namespace tailrace::server
