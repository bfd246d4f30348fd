#pragma once

#include <map>
#include <string>

#include "conformance/runner/case_result.hpp"

namespace tailrace::conformance {

/// Where one endpoint is known to differ, by the ids of cases, and why.
class KnownDifferences {
  public:
    KnownDifferences() = default;
    /// Reads the list of `endpoint` from the text of known-differences.json:
    ///   {"ENDPOINT": [{"case": ID, "reason": TEXT}, ...], ...}
    /// An endpoint that is not in it has none. Throws FormatError, also for an id that is no case of `suite`.
    KnownDifferences(const std::string& text, const std::string& endpoint, const Suite& suite);

    /// Turns failed into known_difference where the list has the case, and passed into gone.
    void judge(CaseResult& result) const;

  private:
    std::map<std::string, std::string> reasons_;
};

}  // namespace tailrace::conformance
