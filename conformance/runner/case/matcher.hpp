#pragma once

#include <boost/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/runner/case/variables.hpp"

namespace tailrace::conformance {

/// A "$match" that is not as conformance/README.md has it.
class MatcherError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What matchers look at besides the value itself.
struct MatchContext {
    /// What earlier steps were answered, for "same-as".
    const Scope& scope;
    /// The time, in seconds since 1970, for "timestamp".
    long long now = 0;
    /// The bytes of the body, for "crc32".
    std::string_view body;
};

/// Where `got` is not as `expected` has it, a line each, such as `Item.n.N: expected "1", got "2"`; empty
/// when it is. `expected` has its variables replaced already. Throws MatcherError.
std::vector<std::string> differences(const boost::json::value& expected, const boost::json::value& got,
                                     const MatchContext& context);

/// The same for a value that may not be there, as a header: `got` is null when it is not. `place` names it.
std::vector<std::string> differences_at(const std::string& place, const boost::json::value& expected,
                                        const boost::json::value* got, const MatchContext& context);

}  // namespace tailrace::conformance
