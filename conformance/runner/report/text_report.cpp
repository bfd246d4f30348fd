#include "conformance/runner/report/text_report.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

#include "conformance/runner/wire/printable_text.hpp"

namespace tailrace::conformance {
namespace {

constexpr std::size_t longest_part = 6000;

/// Indents every line after the first.
std::string indented(const std::string& text) {
    std::string result;
    for (const char c : shortened(text, longest_part)) {
        result += c;
        if (c == '\n') result += "              ";
    }
    return result;
}

std::string cell(const Count& count) {
    if (count.all() == 0) return "-";
    return std::to_string(count.passed + count.known) + "/" + std::to_string(count.all());
}

std::string padded(const std::string& text, std::size_t width) {
    return text.size() >= width ? text : std::string(width - text.size(), ' ') + text;
}

std::string row_text(const AreaRow& row, std::size_t name_width) {
    std::string line = "  " + row.area + std::string(name_width - row.area.size(), ' ');
    for (const Count& tier : row.tiers) line += padded(cell(tier), 12);
    return line + padded(cell(row.all), 12) + "\n";
}

std::string area_table(const std::vector<AreaRow>& rows) {
    std::size_t width = 4;
    for (const AreaRow& row : rows) width = std::max(width, row.area.size());
    std::string text = "  area" + std::string(width - 4, ' ');
    for (const char* head : {"tier 1", "tier 2", "tier 3", "all"}) text += padded(head, 12);
    text += "\n";
    for (const AreaRow& row : rows) text += row_text(row, width);
    return text;
}

std::string summary(const Count& count, double seconds) {
    std::string text = std::to_string(count.all()) + " cases: " + std::to_string(count.passed) + " passed";
    if (count.known > 0) text += ", " + std::to_string(count.known) + " known differences";
    if (count.failed > 0) text += ", " + std::to_string(count.failed) + " FAILED";
    if (count.skipped > 0) text += ", " + std::to_string(count.skipped) + " not run";
    return text + ", " + duration_text(seconds) + "\n";
}

}  // namespace

void Count::add(Verdict verdict) {
    switch (verdict) {
        case Verdict::passed:
            ++passed;
            break;
        case Verdict::known_difference:
            ++known;
            break;
        case Verdict::skipped:
            ++skipped;
            break;
        case Verdict::failed:
        case Verdict::gone:
            ++failed;
            break;
    }
}

std::vector<AreaRow> count_areas(const RunResult& result) {
    std::map<std::string, AreaRow> areas;
    AreaRow all;
    all.area = "all";
    for (const CaseResult& each : result.cases) {
        AreaRow& row = areas[each.test->area];
        row.area = each.test->area;
        for (AreaRow* one : {&row, &all}) {
            one->tiers[each.test->tier - 1].add(each.verdict);
            one->all.add(each.verdict);
        }
    }
    std::vector<AreaRow> rows;
    rows.reserve(areas.size() + 1);
    for (auto& [name, row] : areas) rows.push_back(std::move(row));
    rows.push_back(std::move(all));
    return rows;
}

std::string failure_text(const CaseResult& result) {
    const Case& test = *result.test;
    if (result.verdict == Verdict::gone) {
        return "GONE    " + test.id() + "\n    it passes now; remove it from the known differences (" +
               result.known_reason + ")\n";
    }
    const Failure& failure = *result.failure;
    const std::string place =
        "step " + std::to_string(failure.step) + " of " + std::to_string(test.steps.size());
    std::string text =
        "FAILED  " + test.id() + ", " + (failure.step == 0 ? "before its first step" : place) + "\n";
    text += "    why       " + test.reason + "\n";
    for (const std::string& source : test.source) text += "    source    " + source + "\n";
    if (!failure.request.empty()) text += "    request   " + indented(failure.request) + "\n";
    if (!failure.expected.empty()) text += "    expected  " + indented(failure.expected) + "\n";
    if (!failure.got.empty()) text += "    got       " + indented(failure.got) + "\n";
    for (const std::string& line : failure.differences) text += "    differs   " + indented(line) + "\n";
    if (!failure.curl.empty()) text += "    again     " + shortened(failure.curl, longest_part) + "\n";
    return text;
}

std::string duration_text(double seconds) {
    char text[40];
    if (seconds < 60) {
        std::snprintf(text, sizeof text, "%.1f s", seconds);
    } else {
        const auto whole = static_cast<long long>(seconds);
        std::snprintf(text, sizeof text, "%lld min %lld s", whole / 60, whole % 60);
    }
    return text;
}

std::string text_report(const RunResult& result, const std::string& endpoint) {
    std::string text;
    for (const CaseResult& each : result.cases) {
        if (each.verdict == Verdict::failed || each.verdict == Verdict::gone)
            text += failure_text(each) + "\n";
    }
    const std::vector<AreaRow> rows = count_areas(result);
    text += endpoint + "\n" + area_table(rows) + summary(rows.back().all, result.seconds);
    if (!result.trouble.empty()) text += "STOPPED: " + result.trouble + "\n";
    return printable(text);
}

}  // namespace tailrace::conformance
