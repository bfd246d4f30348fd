#include "conformance/runner/known_differences.hpp"

#include <set>

#include "conformance/runner/json_text.hpp"

namespace tailrace::conformance {

namespace json = boost::json;

KnownDifferences::KnownDifferences(const std::string& text, const std::string& endpoint, const Suite& suite) {
    json::error_code error;
    const json::value value = parse_json(text, error);
    if (error || !value.is_object()) throw FormatError("the known differences are no JSON object");
    std::set<std::string> ids;
    for (const Case& each : suite.cases) ids.insert(each.id());
    for (const auto& [name, list] : value.get_object()) {
        if (!list.is_array())
            throw FormatError("the known differences of " + std::string(name) + " are no list");
        for (const json::value& entry : list.get_array()) {
            const json::value* id = find_path(entry, "case");
            const json::value* reason = find_path(entry, "reason");
            if (!id || !id->is_string() || !reason || !reason->is_string() || reason->get_string().empty()) {
                throw FormatError("a known difference of " + std::string(name) + " lacks 'case' or 'reason'");
            }
            if (!ids.contains(std::string(id->get_string()))) {
                throw FormatError("a known difference names no case: " + std::string(id->get_string()));
            }
            if (name == endpoint) reasons_[std::string(id->get_string())] = std::string(reason->get_string());
        }
    }
}

void KnownDifferences::judge(CaseResult& result) const {
    const auto known = reasons_.find(result.test->id());
    if (known == reasons_.end()) return;
    result.known_reason = known->second;
    if (result.verdict == Verdict::failed) result.verdict = Verdict::known_difference;
    if (result.verdict == Verdict::passed) result.verdict = Verdict::gone;
}

}  // namespace tailrace::conformance
