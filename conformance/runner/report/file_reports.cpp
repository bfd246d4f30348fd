#include "conformance/runner/report/file_reports.hpp"

#include <cstdio>
#include <ctime>
#include <fstream>

#include "conformance/runner/report/text_report.hpp"
#include "conformance/runner/wire/json_text.hpp"
#include "conformance/runner/wire/printable_text.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

const char* verdict_name(Verdict verdict) {
    switch (verdict) {
        case Verdict::passed:
            return "passed";
        case Verdict::failed:
            return "failed";
        case Verdict::known_difference:
            return "known difference";
        case Verdict::gone:
            return "gone";
        case Verdict::skipped:
            return "skipped";
    }
    return "";
}

/// Escapes text for XML attributes and elements.
std::string xml_escaped(const std::string& text) {
    std::string result;
    for (const char c : printable(text)) {
        if (c == '&') {
            result += "&amp;";
        } else if (c == '<') {
            result += "&lt;";
        } else if (c == '>') {
            result += "&gt;";
        } else if (c == '"') {
            result += "&quot;";
        } else if (c == '\n') {
            result += "&#10;";
        } else {
            result += c;
        }
    }
    return result;
}

std::string seconds_text(double seconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", seconds);
    return text;
}

std::string junit_case(const CaseResult& result) {
    const Case& test = *result.test;
    std::string text = "    <testcase classname=\"" + xml_escaped(test.area + "." + test.operation) +
                       "\" name=\"" + test.name + "\" time=\"" + seconds_text(result.seconds) + "\"";
    switch (result.verdict) {
        case Verdict::passed:
            return text + "/>\n";
        case Verdict::known_difference:
            text += "><skipped message=\"" + xml_escaped("known difference: " + result.known_reason) + "\"/>";
            break;
        case Verdict::skipped:
            text += "><skipped message=\"not run\"/>";
            break;
        case Verdict::gone:
            text += "><failure message=\"a known difference is gone\"/>";
            break;
        case Verdict::failed: {
            const auto& differences = result.failure->differences;
            text += "><failure message=\"" + xml_escaped(differences.empty() ? "" : differences[0]) + "\">" +
                    xml_escaped(failure_text(result)) + "</failure>";
        }
    }
    return text + "</testcase>\n";
}

json::object failure_json(const Failure& failure) {
    json::array differences;
    for (const std::string& line : failure.differences) differences.emplace_back(printable(line));
    return {{"step", failure.step},
            {"request", printable(failure.request)},
            {"expected", printable(failure.expected)},
            {"got", printable(failure.got)},
            {"differences", std::move(differences)},
            {"curl", printable(failure.curl)}};
}

json::object count_json(const Count& count) {
    return {{"passed", count.passed},
            {"failed", count.failed},
            {"known", count.known},
            {"skipped", count.skipped}};
}

std::string share(const Count& count) {
    if (count.all() == 0) return "-";
    return std::to_string(count.passed) + " of " + std::to_string(count.all());
}

/// A list entry for one case that differs, with its lines shortened.
std::string markdown_case(const CaseResult& result) {
    std::string text = "* `" + result.test->id() + "`: " + result.test->reason;
    if (!result.known_reason.empty()) return text + " (" + result.known_reason + ")\n";
    text += "\n";
    constexpr std::size_t max_lines = 5;
    for (std::size_t i = 0; result.failure && i < result.failure->differences.size() && i < max_lines; ++i) {
        std::string line = result.failure->differences[i];
        for (char& c : line) c = c == '`' || c == '\n' ? ' ' : c;
        text += "  * `" + line + "`\n";
    }
    return text;
}

std::string markdown_list(const RunResult& result, const std::string& head, Verdict verdict) {
    std::string text;
    for (const CaseResult& each : result.cases) {
        if (each.verdict == verdict) text += markdown_case(each);
    }
    return text.empty() ? "" : "\n## " + head + "\n\n" + text;
}

}  // namespace

std::string junit_report(const RunResult& result, const RunTitle& title) {
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"" +
                       xml_escaped("tailrace-conformance " + title.url) + "\" time=\"" +
                       seconds_text(result.seconds) + "\">\n";
    for (const AreaRow& row : count_areas(result)) {
        if (row.area == "all") continue;
        text += "  <testsuite name=\"" + xml_escaped(row.area) + "\" tests=\"" +
                std::to_string(row.all.all()) + "\" failures=\"" + std::to_string(row.all.failed) +
                "\" skipped=\"" + std::to_string(row.all.known + row.all.skipped) + "\" timestamp=\"" +
                title.time + "\">\n";
        for (const CaseResult& each : result.cases) {
            if (each.test->area == row.area) text += junit_case(each);
        }
        text += "  </testsuite>\n";
    }
    return text + "</testsuites>\n";
}

std::string json_report(const RunResult& result, const RunTitle& title) {
    json::object counts;
    for (const AreaRow& row : count_areas(result)) counts[row.area] = count_json(row.all);
    json::array cases;
    for (const CaseResult& each : result.cases) {
        json::object one{{"id", each.test->id()},
                         {"tier", each.test->tier},
                         {"verdict", verdict_name(each.verdict)},
                         {"seconds", each.seconds},
                         {"reason", each.test->reason},
                         {"source", json::value_from(each.test->source)}};
        if (each.failure) one["failure"] = failure_json(*each.failure);
        if (!each.known_reason.empty()) one["known"] = each.known_reason;
        cases.push_back(std::move(one));
    }
    const json::object report{{"endpoint", title.url},
                              {"name", title.name},
                              {"time", title.time},
                              {"seconds", result.seconds},
                              {"trouble", printable(result.trouble)},
                              {"counts", std::move(counts)},
                              {"cases", std::move(cases)}};
    return pretty(report) + "\n";
}

std::string markdown_report(const RunResult& result, const RunTitle& title) {
    std::string text = "# " + (title.name.empty() ? title.url : title.name) + "\n\n" + title.url + ", " +
                       title.time + ", " + duration_text(result.seconds) + ".\n\n";
    if (!result.trouble.empty()) text += "The run was stopped: " + result.trouble + "\n\n";
    text += "| area | tier 1 | tier 2 | tier 3 | all |\n|---|---|---|---|---|\n";
    for (const AreaRow& row : count_areas(result)) {
        text += "| " + row.area;
        for (const Count& tier : row.tiers) text += " | " + share(tier);
        text += " | " + share(row.all) + " |\n";
    }
    text += markdown_list(result, "Failed", Verdict::failed);
    text += markdown_list(result, "Known differences that are gone", Verdict::gone);
    return printable(text + markdown_list(result, "Known differences", Verdict::known_difference));
}

std::string report_time(long long seconds) {
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[24];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

void write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) throw std::runtime_error("cannot write " + path);
}

}  // namespace tailrace::conformance
