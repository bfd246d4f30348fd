#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/runner/caller.hpp"
#include "conformance/runner/case_file.hpp"
#include "conformance/runner/case_result.hpp"

namespace tailrace::conformance {

struct RandomSettings {
    std::size_t requests = 0;
    std::uint64_t seed = 1;
    /// The run ends after so many, for further ones would mostly follow from them.
    std::size_t most_differences = 10;
    std::string prefix;
};

struct RandomResult {
    std::size_t requests = 0;
    /// Step is the request's number; expected is what the first endpoint answered, got what the second did.
    std::vector<Failure> differences;
    /// Why the run ended early; empty otherwise.
    std::string trouble;
};

/// Sends the same random requests to both endpoints, one after the other, and compares the answers. The
/// tables are made on both and deleted from both.
RandomResult run_random(const Suite& suite, const std::vector<const Endpoint*>& both,
                        const RandomSettings& settings, Interruption& interruption);

/// For the terminal.
std::string random_report(const RandomResult& result, const RandomSettings& settings);

}  // namespace tailrace::conformance
