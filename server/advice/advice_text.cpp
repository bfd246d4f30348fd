#include "server/advice/advice_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "server/admin/text_or_null.hpp"
#include "server/advice/price_table.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// Returns an amount with two decimals, or with more if it is below a cent.
std::string shown_usd(double usd) {
    constexpr double cent = 0.01;
    constexpr int fine = 6;
    return shown_number(usd, usd >= cent || usd == 0 ? 2 : fine);
}

/// A whole number is shown without decimals.
json::value number_json(double number) {
    constexpr double exact = 1e15;
    const bool is_whole = std::floor(number) == number && std::abs(number) < exact;
    return is_whole ? json::value(static_cast<std::int64_t>(number)) : json::value(number);
}

/// An amount has at most six decimals.
json::value usd_json(double usd) {
    constexpr double micro = 1e6;
    return number_json(std::round(usd * micro) / micro);
}

json::object pattern_json(const PricedPattern& priced) {
    const AccessPattern& pattern = priced.pattern;
    const PatternCounts& counts = priced.counts;
    const bool is_of_one = pattern.tables.find(',') == std::string::npos;
    json::object object{{"Operation", pattern.operation},
                        {is_of_one ? "TableName" : "TableNames", text_or_null(pattern.tables)},
                        {"IndexName", text_or_null(pattern.index)},
                        {"KeyCondition", text_or_null(pattern.key_condition)},
                        {"Filter", text_or_null(pattern.filter)},
                        {"Statement", text_or_null(pattern.statement)},
                        {"Requests", counts.requests},
                        {"Errors", counts.errors},
                        {"ItemsRead", counts.items_read},
                        {"ItemsReturned", counts.items_returned},
                        {"ItemsWritten", counts.items_written},
                        {"ReadUnits", number_json(counts.read_units)},
                        {"WriteUnits", number_json(counts.write_units)},
                        {"MonthlyUsd", usd_json(priced.monthly_usd)}};
    return object;
}

json::object finding_json(const Finding& finding) {
    return {{"Finding", finding.name},
            {"TableName", text_or_null(finding.table)},
            {"IndexName", text_or_null(finding.index)},
            {"Pattern", text_or_null(finding.pattern)},
            {"Reason", finding.reason.plain},
            {"Remedy", finding.remedy.plain}};
}

/// Returns a code span for a cell of a table, in which a bar needs a backslash. Source: GitHub Flavored
/// Markdown, section 4.10.
std::string code_in_cell(const std::string& text) {
    std::string cell;
    for (const char c : code_span(text)) cell.append(c == '|' ? "\\" : "").push_back(c);
    return cell;
}

std::string pattern_row(const PricedPattern& priced) {
    const PatternCounts& counts = priced.counts;
    std::string row = "| " + code_in_cell(shown_pattern(priced.pattern));
    for (const std::string& cell :
         {std::to_string(counts.requests), std::to_string(counts.errors),
          std::to_string(counts.items_read) + " / " + std::to_string(counts.items_returned),
          std::to_string(counts.items_written), shown_number(counts.read_units),
          shown_number(counts.write_units), shown_usd(priced.monthly_usd)}) {
        row.append(" | ").append(cell);
    }
    return row + " |\n";
}

std::string finding_text(const Finding& finding) {
    std::string text = "* **" + std::string(finding.name) + "** ";
    const std::string place = finding.index.empty() ? finding.table : finding.table + "." + finding.index;
    text.append(code_span(finding.pattern.empty() ? place : finding.pattern));
    return text + ": " + finding.reason.markdown + " " + finding.remedy.markdown + "\n";
}

std::string omissions_text(const Omissions& omitted) {
    std::string text;
    if (omitted.requests > 0) {
        text += "\nThe run has too many different requests: " + count_of(omitted.requests, "request") +
                (omitted.requests == 1 ? " is" : " are") + " not in the table.\n";
    }
    if (omitted.accesses > 0) {
        text +=
            "\nThe run uses too many different items: " + count_of(omitted.accesses, "access", "accesses") +
            (omitted.accesses == 1 ? " is" : " are") + " not in the findings.\n";
    }
    return text;
}

}  // namespace

std::string count_of(std::uint64_t number, std::string_view one, std::string_view several) {
    std::string text = std::to_string(number) + " ";
    if (number == 1) return text.append(one);
    return several.empty() ? text.append(one).append("s") : text.append(several);
}

std::string shown_number(double number, int decimals) {
    std::array<char, 400> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                            std::chars_format::fixed, decimals);
    std::string text(digits.data(), error == std::errc() ? end : digits.data());
    if (text.find('.') == std::string::npos) return text;
    text.resize(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

json::object advice_json(const Advice& advice) {
    json::array patterns;
    for (const PricedPattern& each : advice.patterns) patterns.push_back(pattern_json(each));
    json::array findings;
    for (const Finding& each : advice.findings) findings.push_back(finding_json(each));
    return {{"IsRecording", advice.is_recording},
            {"Since", advice.since ? json::value(iso_time(*advice.since)) : json::value(nullptr)},
            {"Requests", advice.requests},
            {"RequestsPerMonth", number_json(advice.requests_per_month)},
            {"MonthlyUsd", usd_json(advice.monthly_usd)},
            {"Prices", json::object{{"Region", prices.region},
                                    {"UsdPerMillionReadUnits", prices.usd_per_million_read_units},
                                    {"UsdPerMillionWriteUnits", prices.usd_per_million_write_units},
                                    {"Since", prices.since},
                                    {"Source", prices.source}}},
            {"Findings", std::move(findings)},
            {"Patterns", std::move(patterns)},
            {"Omitted",
             json::object{{"Requests", advice.omitted.requests}, {"Accesses", advice.omitted.accesses}}}};
}

std::string advice_markdown(const Advice& advice) {
    std::string text = "# Advice\n\n";
    if (!advice.since)
        return text +
               "Nothing is recorded. Start the server with --advise, or send POST /_tailrace/advice.\n";
    text +=
        count_of(advice.requests, "request") + " since " + iso_time(*advice.since) + ".\n\n## Findings\n\n";
    for (const Finding& each : advice.findings) text += finding_text(each);
    if (advice.findings.empty()) text += "None.\n";
    text +=
        "\n## Access patterns\n\n"
        "| pattern | requests | errors | items read / returned | items written | read units | write units "
        "| USD a month |\n|---|---|---|---|---|---|---|---|\n";
    for (const PricedPattern& each : advice.patterns) text += pattern_row(each);
    text += "\n" + shown_usd(advice.monthly_usd) + " USD a month for " +
            shown_number(advice.requests_per_month) + " requests in this mix: on-demand, " +
            std::string(prices.region) + ", " + shown_number(prices.usd_per_million_read_units, 3) +
            " USD for a million read units and " + shown_number(prices.usd_per_million_write_units, 3) +
            " USD for a million write units since " + std::string(prices.since) + " (" +
            std::string(prices.source) + "). Storage is not included.\n";
    return text + omissions_text(advice.omitted);
}

}  // namespace tailrace::server
