#pragma once

#include <boost/json.hpp>
#include <boost/regex.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "conformance/runner/case/case_result.hpp"

namespace tailrace::conformance {

/// Where one endpoint is known to differ, and why: by the ids of cases, and for random requests by rules.
class KnownDifferences {
  public:
    KnownDifferences() = default;
    /// Reads the list of `endpoint` from the text of known-differences.json:
    ///   {"ENDPOINT": [{"case": ID, "reason": TEXT}, {"cases": [ID, ...], "reason": TEXT},
    ///                 {"random": {"request": REGEX, "expected": REGEX, "got": REGEX, "differs": REGEX},
    ///                  "reason": TEXT}, ...], ...}
    /// An endpoint that is not in it has none. Throws FormatError, also for an id that is no case of `suite`
    /// or is listed twice.
    KnownDifferences(const std::string& text, const std::string& endpoint, const Suite& suite);

    bool empty() const { return reasons_.empty() && rules_.empty(); }

    /// Turns failed into known_difference where the list has the case, and passed into gone.
    void judge(CaseResult& result) const;

    /// The reasons for which random requests were answered differently; none where a line of the difference
    /// has no rule.
    std::optional<std::set<std::string>> reasons_for(const Failure& difference) const;

  private:
    /// What has to be found in the parts of a difference; `differs` is looked for in each line.
    struct RandomRule {
        boost::regex request;
        boost::regex expected;
        boost::regex got;
        boost::regex differs;
        std::string reason;
    };

    void read_entry(const boost::json::value& entry, const std::string& endpoint,
                    const std::set<std::string>& ids);
    void read_rule(const boost::json::value& rule, const std::string& reason);

    std::map<std::string, std::string> reasons_;
    std::vector<RandomRule> rules_;
};

}  // namespace tailrace::conformance
