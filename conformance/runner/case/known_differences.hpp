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

/// The known differences of one endpoint and their reasons: by case id, and for random requests by rule.
class KnownDifferences {
  public:
    KnownDifferences() = default;
    /// Reads the list of `endpoint` from the text of known-differences.json:
    ///   {"ENDPOINT": [{"case": ID, "reason": TEXT}, {"cases": [ID, ...], "reason": TEXT},
    ///                 {"random": {"request": REGEX, "expected": REGEX, "got": REGEX, "differs": REGEX},
    ///                  "reason": TEXT}, ...], ...}
    /// An endpoint that is not in it has no known differences. Throws FormatError, including when an id is
    /// listed twice or `suite` has no such case.
    KnownDifferences(const std::string& text, const std::string& endpoint, const Suite& suite);

    bool empty() const { return reasons_.empty() && rules_.empty(); }

    /// Turns failed into known_difference and passed into gone if the list has the case.
    void judge(CaseResult& result) const;

    /// The known reasons for a difference between the answers to a random request; nullopt if one of its
    /// lines matches no rule.
    std::optional<std::set<std::string>> reasons_for(const Failure& difference) const;

  private:
    /// Regular expressions to find in the parts of a difference; `differs` is matched against each line.
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
