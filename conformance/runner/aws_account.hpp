#pragma once

#include <string>
#include <vector>

#include "conformance/runner/caller.hpp"
#include "conformance/runner/case_file.hpp"
#include "conformance/runner/credentials.hpp"
#include "conformance/runner/variables.hpp"

namespace tailrace::conformance {

/// Where AWS serves DynamoDB in this region, with credentials of the chain. `profile` may be empty. Throws
/// NoCredentials when there are none.
Endpoint aws_endpoint(const std::string& region, const std::string& profile);

/// Credentials of the chain that are looked for once, and again when a caller asks to renew them. Any thread
/// may ask.
std::function<Credentials(bool renew)> chain_credentials(CredentialSources sources,
                                                         const std::string& profile);

/// What a run will come to on AWS, roughly.
struct Estimate {
    std::size_t tables = 0;
    std::size_t requests = 0;
    double write_units = 0;
    double read_units = 0;
    double dollars = 0;
    double minutes = 0;

    /// One line for people.
    std::string text() const;
};

/// Prices are those of on-demand tables in us-east-1 of 2025:
/// https://aws.amazon.com/dynamodb/pricing/on-demand/
Estimate estimate(const std::vector<const Case*>& cases, unsigned parallel);

}  // namespace tailrace::conformance
