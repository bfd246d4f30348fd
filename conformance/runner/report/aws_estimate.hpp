#pragma once

#include <string>
#include <vector>

#include "conformance/runner/case/case_file.hpp"

namespace tailrace::conformance {

/// A rough estimate of a run's size and cost on AWS. It errs on the high side.
struct Estimate {
    std::size_t tables = 0;
    /// The number of tables with provisioned throughput, which is paid for by the hour, used or not.
    std::size_t provisioned_tables = 0;
    std::size_t requests = 0;
    double write_units = 0;
    double read_units = 0;
    double dollars = 0;
    double minutes = 0;

    /// One line for people.
    std::string text() const;
};

/// Estimates a run of these cases of `suite`, `parallel` at a time. The prices are those of us-east-1 for the
/// table class Standard since November 2024: $0.625 per million write request units, $0.125 per million read
/// request units, and per hour $0.00065 for a write capacity unit and $0.00013 for a read capacity unit.
/// https://aws.amazon.com/dynamodb/pricing/on-demand/
/// https://aws.amazon.com/dynamodb/pricing/provisioned/
Estimate estimate(const Suite& suite, const std::vector<const Case*>& cases, unsigned parallel);

/// Estimates this many random requests, which share a few tables.
Estimate estimate_random(std::size_t requests);

}  // namespace tailrace::conformance
