#pragma once

#include <string>
#include <vector>

#include "conformance/runner/case/case_file.hpp"

namespace tailrace::conformance {

/// What a run will come to on AWS, roughly, and rather too much than too little.
struct Estimate {
    std::size_t tables = 0;
    /// How many of the tables have provisioned throughput, which costs by the hour whether it is used or not.
    std::size_t provisioned_tables = 0;
    std::size_t requests = 0;
    double write_units = 0;
    double read_units = 0;
    double dollars = 0;
    double minutes = 0;

    /// One line for people.
    std::string text() const;
};

/// The cases are of `suite` and run so many at once. Prices are those of us-east-1 for the table class
/// Standard since November 2024: of a million write request units $0.625 and read request units $0.125, of a
/// write capacity unit $0.00065 an hour and a read capacity unit $0.00013.
/// https://aws.amazon.com/dynamodb/pricing/on-demand/
/// https://aws.amazon.com/dynamodb/pricing/provisioned/
Estimate estimate(const Suite& suite, const std::vector<const Case*>& cases, unsigned parallel);

/// For so many random requests, which share few tables.
Estimate estimate_random(std::size_t requests);

}  // namespace tailrace::conformance
