#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

/// Part of the generator of the shape tables; not in the engine.
namespace tailrace::validation::generator {

struct CompiledSegment {
    std::array<std::uint64_t, 2> ascii{};
    bool beyond_ascii = false;
    std::uint32_t least = 1;
    std::uint32_t most = 1;
};

struct CompiledPattern {
    std::vector<CompiledSegment> segments;
    bool repeated = false;
};

/// Reads the subset of regular expressions that the service model uses: a sequence of character classes and
/// single characters, each with an optional + * ? {n} or {n,m}, and at most one pair of parentheses around
/// the whole. Throws std::invalid_argument for anything else, which stops the build.
CompiledPattern compile_pattern(std::string_view text);

}  // namespace tailrace::validation::generator
