#include "conformance/runner/case/known_differences.hpp"

#include <algorithm>

#include "conformance/runner/wire/json_text.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

/// The ids of the cases that an entry lists; empty for an entry about random requests.
std::vector<std::string> ids_of(const json::value& entry) {
    const json::value* id = find_path(entry, "case");
    if (id && id->is_string()) return {std::string(id->get_string())};
    std::vector<std::string> ids;
    const json::value* list = find_path(entry, "cases");
    if (!list || !list->is_array()) return ids;
    for (const json::value& each : list->get_array()) {
        if (!each.is_string()) return {};
        ids.emplace_back(each.get_string());
    }
    return ids;
}

boost::regex regex_of(const std::string& text) {
    try {
        return boost::regex(text);
    } catch (const boost::regex_error& error) {
        throw FormatError("'" + text + "' is not a regular expression: " + error.what());
    }
}

bool found(const boost::regex& what, const std::string& text) {
    return what.empty() || boost::regex_search(text, what);
}

}  // namespace

KnownDifferences::KnownDifferences(const std::string& text, const std::string& endpoint, const Suite& suite) {
    json::error_code error;
    const json::value value = parse_json(text, error);
    if (error || !value.is_object()) throw FormatError("the known differences are not a JSON object");
    std::set<std::string> ids;
    for (const Case& each : suite.cases) ids.insert(each.id());
    for (const auto& [key, list] : value.get_object()) {
        const std::string name(key);
        if (!list.is_array()) throw FormatError("the known differences of " + name + " are not a list");
        KnownDifferences its;
        for (const json::value& entry : list.get_array()) its.read_entry(entry, name, ids);
        if (name == endpoint) *this = std::move(its);
    }
}

void KnownDifferences::read_entry(const json::value& entry, const std::string& endpoint,
                                  const std::set<std::string>& ids) {
    const json::value* reason = find_path(entry, "reason");
    const json::value* rule = find_path(entry, "random");
    const std::vector<std::string> named = ids_of(entry);
    const bool has_subject = rule ? rule->is_object() && !rule->get_object().empty() : !named.empty();
    if (!has_subject || !reason || !reason->is_string() || reason->get_string().empty()) {
        throw FormatError("a known difference of " + endpoint +
                          " lacks 'reason', or one of 'case', 'cases' and 'random'");
    }
    const std::string why(reason->get_string());
    for (const std::string& id : named) {
        if (!ids.contains(id)) throw FormatError("a known difference names no case: " + id);
        if (!reasons_.emplace(id, why).second) {
            throw FormatError("a known difference of " + endpoint + " is listed twice: " + id);
        }
    }
    if (rule) read_rule(*rule, why);
}

void KnownDifferences::read_rule(const json::value& rule, const std::string& reason) {
    RandomRule read;
    read.reason = reason;
    for (const auto& [key, value] : rule.get_object()) {
        boost::regex* part = key == "request"    ? &read.request
                             : key == "expected" ? &read.expected
                             : key == "got"      ? &read.got
                             : key == "differs"  ? &read.differs
                                                 : nullptr;
        if (!part || !value.is_string()) {
            throw FormatError(
                "a rule for random requests has 'request', 'expected', 'got' and 'differs', not '" +
                std::string(key) + "'");
        }
        *part = regex_of(std::string(value.get_string()));
    }
    rules_.push_back(std::move(read));
}

void KnownDifferences::judge(CaseResult& result) const {
    const auto known = reasons_.find(result.test->id());
    if (known == reasons_.end()) return;
    result.known_reason = known->second;
    if (result.verdict == Verdict::failed) result.verdict = Verdict::known_difference;
    if (result.verdict == Verdict::passed) result.verdict = Verdict::gone;
}

std::optional<std::set<std::string>> KnownDifferences::reasons_for(const Failure& difference) const {
    std::vector<const RandomRule*> fitting;
    for (const RandomRule& rule : rules_) {
        if (found(rule.request, difference.request) && found(rule.expected, difference.expected) &&
            found(rule.got, difference.got)) {
            fitting.push_back(&rule);
        }
    }
    std::set<std::string> reasons;
    for (const std::string& line : difference.differences) {
        const auto rule = std::find_if(fitting.begin(), fitting.end(), [&line](const RandomRule* each) {
            return found(each->differs, line);
        });
        if (rule == fitting.end()) return std::nullopt;
        reasons.insert((*rule)->reason);
    }
    return reasons;
}

}  // namespace tailrace::conformance
