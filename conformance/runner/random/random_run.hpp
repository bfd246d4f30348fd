#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "conformance/runner/case/caller.hpp"
#include "conformance/runner/case/case_file.hpp"
#include "conformance/runner/case/case_result.hpp"
#include "conformance/runner/case/known_differences.hpp"

namespace tailrace::conformance {

struct RandomSettings {
    std::size_t requests = 0;
    std::uint64_t seed = 1;
    /// The run ends after this many unknown differences.
    std::size_t max_differences = 10;
    std::string prefix;
    KnownDifferences known{};
    /// Called after each request; may be empty.
    std::function<void(std::size_t requests, std::size_t differences)> progress{};
};

struct RandomResult {
    std::size_t requests = 0;
    /// The differences without a known reason. `step` is the request's number.
    std::vector<Failure> differences;
    /// The number of requests that differed, for each known reason.
    std::map<std::string, std::size_t> known;
    /// Why the run ended early; empty otherwise.
    std::string trouble;
};

struct RandomEndpoints {
    const Endpoint& tested;
    const Endpoint& other;
};

/// Sends the same random requests to both endpoints, one after the other. Compares the answers and, after
/// each write, the item that the write left behind. If the item differs, the tested endpoint's item is made
/// like that of the other endpoint, so that no difference is the result of an earlier one. Creates the tables
/// on both endpoints and deletes them.
RandomResult run_random(const Suite& suite, const RandomEndpoints& endpoints, const RandomSettings& settings,
                        Interruption& interruption);

/// The report for the terminal.
std::string random_report(const RandomResult& result, const RandomSettings& settings);

}  // namespace tailrace::conformance
