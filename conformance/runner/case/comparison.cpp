#include "conformance/runner/case/comparison.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "conformance/runner/case/expectation.hpp"
#include "conformance/runner/wire/json_text.hpp"
#include "conformance/runner/wire/printable_text.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

constexpr const char* varies = "<varies>";

/// Members whose values are never the same for two tables.
bool is_of_its_own(std::string_view name) {
    static const std::set<std::string_view> names = {"ApproximateCreationDateTime",
                                                     "BackupArn",
                                                     "CreationDateTime",
                                                     "CreationRequestDateTime",
                                                     "EarliestRestorableDateTime",
                                                     "IndexArn",
                                                     "LastDecreaseDateTime",
                                                     "LastIncreaseDateTime",
                                                     "LastUpdateDateTime",
                                                     "LastUpdateToPayPerRequestDateTime",
                                                     "LatestRestorableDateTime",
                                                     "LatestStreamArn",
                                                     "LatestStreamLabel",
                                                     "NextShardIterator",
                                                     "NextToken",
                                                     "ParentShardId",
                                                     "SequenceNumber",
                                                     "SequenceNumberRange",
                                                     "ShardId",
                                                     "ShardIterator",
                                                     "StreamArn",
                                                     "StreamLabel",
                                                     "TableArn",
                                                     "TableId",
                                                     "TableSizeBytes",
                                                     "awsRegion",
                                                     "eventID"};
    return names.contains(name);
}

bool accepts_any_of_a_kind(const json::value& matcher) {
    static const std::set<std::string_view> rules = {"range", "regex", "length", "same-as", "not", "one-of"};
    if (matcher.is_string()) return true;
    if (!matcher.is_object() || matcher.get_object().empty()) return false;
    const auto key = matcher.get_object().begin()->key();
    return rules.contains(std::string_view(key.data(), key.size()));
}

json::value sorted(json::array list) {
    std::sort(list.begin(), list.end(), [](const json::value& left, const json::value& right) {
        return json::serialize(left) < json::serialize(right);
    });
    return list;
}

const json::value* member_of(const json::value& expected, std::string_view name) {
    return expected.is_object() ? expected.get_object().if_contains(name) : nullptr;
}

json::value comparable_array(const json::array& body, const json::value& expected) {
    json::array list;
    for (std::size_t i = 0; i < body.size(); ++i) {
        const bool known = expected.is_array() && i < expected.get_array().size();
        list.push_back(comparable(body[i], known ? expected.get_array()[i] : json::value()));
    }
    return list;
}

/// comparable() for a value for which the case has a matcher, `rule`. Only "optional" and "includes" say what
/// is expected of the value's parts; other matchers say nothing about them.
json::value comparable_by_rule(const json::value& body, const json::object& rule) {
    const std::string_view name(rule.begin()->key().data(), rule.begin()->key().size());
    const json::value& inner = rule.begin()->value();
    if (name == "optional" || name == "includes") return comparable(body, inner);
    json::value plain = comparable(body, {});
    const bool has_order = name != "unordered" && name != "contains";
    return has_order || !plain.is_array() ? plain : sorted(plain.get_array());
}

json::value comparable_object(const json::object& body, const json::value& expected) {
    // Members are sorted by name, so that equal members of a list serialize alike and the list can be sorted.
    std::map<std::string, const json::value*> members;
    for (const auto& each : body) members[std::string(each.key())] = &each.value();
    json::object object;
    for (const auto& [name, value] : members) {
        const json::value* inner = member_of(expected, name);
        if (is_of_its_own(name)) {
            object[name] = varies;
        } else if ((name == "SS" || name == "NS" || name == "BS") && value->is_array()) {
            object[name] = sorted(value->get_array());
        } else {
            object[name] = comparable(*value, inner ? *inner : json::value());
        }
    }
    return object;
}

json::value expected_body(const Step& step) {
    for (const char* name : {"body", "error"}) {
        if (const json::value* found = step.expect.if_contains(name)) return *found;
    }
    return {};
}

std::vector<std::string> step_differences(const Step& step, const HttpAnswer& first, const HttpAnswer& second,
                                          const AnswerView& view) {
    std::vector<std::string> lines;
    if (first.status != second.status) {
        lines.push_back("status: " + std::to_string(first.status) + " and " + std::to_string(second.status));
    }
    const json::value left = view.apply(body_of(first));
    const json::value right = view.apply(body_of(second));
    if (left.is_null() || right.is_null()) {
        if (first.body != second.body) lines.emplace_back("the text");
        return lines;
    }
    const json::value expected = expected_body(step);
    const Scope nothing("", "");
    const MatchContext context{nothing, 0, {}};
    for (std::string& line : differences(comparable(left, expected), comparable(right, expected), context)) {
        lines.push_back(std::move(line));
    }
    return lines;
}

CaseResult compare_case(const CaseResult& first, const CaseResult& second, const AnswerView& view) {
    CaseResult result;
    result.test = first.test;
    result.seconds = first.seconds + second.seconds;
    if (first.verdict == Verdict::skipped || second.verdict == Verdict::skipped) return result;
    result.verdict = Verdict::passed;
    for (std::size_t i = 0; i < std::min(first.answers.size(), second.answers.size()); ++i) {
        const StepAnswer& left = first.answers[i];
        const StepAnswer& right = second.answers[i];
        Failure failure{.step = left.step,
                        .request = left.request,
                        .expected = answer_text(left.answer),
                        .got = answer_text(right.answer),
                        .differences = {},
                        .curl = left.curl};
        failure.differences =
            step_differences(first.test->steps[left.step - 1], left.answer, right.answer, view);
        if (failure.differences.empty()) continue;
        result.failure = std::move(failure);
        break;
    }
    if (!result.failure && first.answers.size() != second.answers.size()) {
        const bool first_ended = first.answers.size() < second.answers.size();
        result.failure = first_ended ? first.failure : second.failure;
        if (!result.failure) result.failure.emplace();
        result.failure->differences.insert(
            result.failure->differences.begin(),
            first_ended ? "only the second answered" : "only the first answered");
    }
    if (result.failure) result.verdict = Verdict::failed;
    return result;
}

json::object step_json(const Step& step) {
    json::object one;
    if (!step.name.empty()) one["name"] = step.name;
    if (step.kind == Step::Kind::wait) one["wait"] = step.wait;
    if (step.kind == Step::Kind::raw) one["raw"] = step.raw;
    if (step.kind == Step::Kind::call) one["operation"] = step.operation, one["request"] = step.request;
    if (step.eventually) one["eventually"] = true;
    return one;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    if (from.empty()) return;
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

/// The body with variables in place of the run's own names, and with a matcher for each value that differs
/// between any two tables.
json::value recorded_body(const HttpAnswer& answer, const std::map<std::string, std::string>& names) {
    std::string text = json::serialize(comparable(body_of(answer), {}));
    replace_all(text, json::serialize(json::string(varies)), R"({"$match":"any"})");
    replace_all(text, "${", "$${");
    // Longer names first, since a table's own name contains the case's.
    std::vector<std::pair<std::string, std::string>> ordered(names.begin(), names.end());
    std::sort(ordered.begin(), ordered.end(),
              [](const auto& left, const auto& right) { return left.first.size() > right.first.size(); });
    for (const auto& [value, name] : ordered) replace_all(text, value, "${" + name + "}");
    json::error_code error;
    return parse_json(text, error);
}

json::object recorded_expect(const HttpAnswer& answer, const std::map<std::string, std::string>& names) {
    json::object expect{{"status", answer.status}};
    if (body_of(answer).is_null()) {
        // A file of cases is JSON, which can only hold UTF-8.
        expect["text"] = is_utf8(answer.body) ? json::value(answer.body) : json::object{{"$match", "any"}};
    } else {
        expect["body"] = recorded_body(answer, names);
    }
    return expect;
}

}  // namespace

json::value comparable(const json::value& body, const json::value& expected) {
    if (const json::value* matcher = member_of(expected, "$match")) {
        if (accepts_any_of_a_kind(*matcher)) return json::string(varies);
        if (matcher->is_object()) return comparable_by_rule(body, matcher->get_object());
    }
    if (body.is_array()) return comparable_array(body.get_array(), expected);
    return body.is_object() ? comparable_object(body.get_object(), expected) : body;
}

RunResult compare_runs(const RunResult& first, const RunResult& second, const AnswerView& view) {
    RunResult result;
    result.seconds = first.seconds + second.seconds;
    result.trouble = first.trouble;
    const bool adds = !second.trouble.empty() && second.trouble != first.trouble;
    if (adds) result.trouble += (first.trouble.empty() ? "" : "; ") + second.trouble;
    for (std::size_t i = 0; i < first.cases.size(); ++i) {
        result.cases.push_back(compare_case(first.cases[i], second.cases[i], view));
    }
    return result;
}

std::string recorded_cases(const RunResult& result, const std::string& origin) {
    json::array cases;
    for (const CaseResult& each : result.cases) {
        if (each.answers.empty()) continue;
        json::array steps;
        std::size_t next = 0;
        for (std::size_t i = 0; i < each.test->steps.size(); ++i) {
            json::object step = step_json(each.test->steps[i]);
            if (next < each.answers.size() && each.answers[next].step == i + 1) {
                step["expect"] = recorded_expect(each.answers[next++].answer, each.names);
            }
            steps.push_back(std::move(step));
        }
        cases.push_back(json::object{{"name", each.test->name},
                                     {"reason", each.test->reason},
                                     {"source", origin},
                                     {"tier", each.test->tier},
                                     {"tags", json::value_from(each.test->tags)},
                                     {"variables", each.test->variables},
                                     {"steps", std::move(steps)}});
    }
    if (cases.empty()) throw FormatError("there were no answers to record");
    return pretty(json::object{{"cases", std::move(cases)}}) + "\n";
}

}  // namespace tailrace::conformance
