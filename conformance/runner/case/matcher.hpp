#pragma once

#include <boost/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/runner/case/variables.hpp"

namespace tailrace::conformance {

/// A "$match" breaks the format of conformance/README.md.
class MatcherError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What matchers use besides the value itself.
struct MatchContext {
    /// The answers of earlier steps, for "same-as".
    const Scope& scope;
    /// The time, in seconds since 1970, for "timestamp".
    long long now = 0;
    /// The bytes of the body, for "crc32".
    std::string_view body;
};

/// Where `got` does not match `expected`, one line each, such as `Item.n.N: expected "1", got "2"`; empty if
/// it matches. Variables in `expected` must be replaced already. Throws MatcherError.
std::vector<std::string> differences(const boost::json::value& expected, const boost::json::value& got,
                                     const MatchContext& context);

/// The same for a value that may be missing, such as a header: `got` is null then. `place` is its name.
std::vector<std::string> differences_at(const std::string& place, const boost::json::value& expected,
                                        const boost::json::value* got, const MatchContext& context);

}  // namespace tailrace::conformance
