#include "server/commands/budget.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "engine/model/json_text.hpp"
#include "engine/model/parse_number.hpp"
#include "engine/operation/operation.hpp"
#include "engine/partiql/operations.hpp"
#include "server/admin/rule_object.hpp"
#include "server/advice/advice_text.hpp"
#include "server/advice/findings.hpp"
#include "server/commands/running_server.hpp"
#include "server/data/data_file.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::uint64_t max_count = 1'000'000'000;

const Names budget_members = {"MaxFindings", "AllowedFindings", "MaxMonthlyUsd", "Patterns"};
const Names pattern_members = {"Operation", "TableName", "IndexName", "MaxCapacityUnitsPerRequest"};

/// Returns a number that may have a fraction; nullopt if there is no such member.
std::optional<double> amount_in(const RuleObject& object, std::string_view name) {
    const json::value* value = object.find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number() || value->to_number<double>() < 0)
        object.refuse(std::string(name) + " must be a number of at least 0.");
    if (!std::isfinite(value->to_number<double>())) object.refuse(std::string(name) + " is too large.");
    return value->to_number<double>();
}

/// Returns a list; an empty one if there is no such member.
json::array list_in(const RuleObject& object, std::string_view name) {
    const json::value* value = object.find(name);
    if (value == nullptr) return {};
    if (!value->is_array()) object.refuse(std::string(name) + " must be a list.");
    return value->get_array();
}

Names operation_names() {
    Names names;
    for (const auto& rows : {operation::operations(), partiql::operations()}) {
        for (const operation::Operation& each : rows) names.push_back(each.name);
    }
    return names;
}

PatternBudget read_pattern(const json::value& value, const std::string& where) {
    const RuleObject object(value, where, pattern_members);
    PatternBudget pattern{.operation = object.choice("Operation", operation_names()),
                          .table = object.text("TableName"),
                          .index = object.text("IndexName")};
    const auto units = amount_in(object, "MaxCapacityUnitsPerRequest");
    if (!units) object.refuse("MaxCapacityUnitsPerRequest is missing.");
    pattern.max_units_per_request = *units;
    return pattern;
}

Budget budget_of(const json::value& value) {
    const RuleObject object(value, "the budget", budget_members);
    Budget budget{.max_findings = object.count("MaxFindings", 0, max_count),
                  .max_monthly_usd = amount_in(object, "MaxMonthlyUsd")};
    const Names known(finding_names.begin(), finding_names.end());
    for (const json::value& each : list_in(object, "AllowedFindings")) {
        const std::string name = each.is_string() ? std::string(each.get_string()) : json::serialize(each);
        object.require_known("finding", name, known);
        budget.allowed_findings.push_back(name);
    }
    const json::array patterns = list_in(object, "Patterns");
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        budget.patterns.push_back(read_pattern(patterns[i], "Patterns[" + std::to_string(i) + "]"));
    }
    return budget;
}

/// Returns a text member of the advice; empty if it is null.
std::string text_member(const json::value& object, std::string_view name) {
    const json::value* value = object.as_object().if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

double number_member(const json::value& object, std::string_view name) {
    return object.at(name).to_number<double>();
}

bool is_meant(const PatternBudget& budget, const json::value& pattern) {
    const auto is_named = [&](const std::string& wanted, std::string_view member) {
        return wanted.empty() || wanted == text_member(pattern, member);
    };
    return is_named(budget.operation, "Operation") && is_named(budget.table, "TableName") &&
           is_named(budget.index, "IndexName");
}

/// Returns "Query music.by-album".
std::string place_of(const json::value& pattern, std::string_view first) {
    std::string place = text_member(pattern, first);
    if (const std::string table = text_member(pattern, "TableName"); !table.empty())
        place.append(" ").append(table);
    if (const std::string index = text_member(pattern, "IndexName"); !index.empty())
        place.append(".").append(index);
    return place;
}

/// Returns a number from a budget as it is written there.
std::string shown_limit(double limit) {
    std::array<char, 400> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), limit, std::chars_format::fixed);
    return {digits.data(), error == std::errc() ? end : digits.data()};
}

/// Returns a number with at least two decimals, and with more if they are needed to show that it is above the
/// limit.
std::string shown_above(double number, double limit) {
    constexpr int max_decimals = 17;
    for (int decimals = 2; decimals < max_decimals; ++decimals) {
        std::string text = shown_number(number, decimals);
        if (parse_number<double>(text).value_or(0) > limit) return text;
    }
    return shown_limit(number);
}

void check_findings(const Budget& budget, const json::object& advice, Verdict& verdict) {
    if (!budget.max_findings) return;
    std::vector<std::string> others;
    for (const json::value& finding : advice.at("Findings").as_array()) {
        const std::string name = text_member(finding, "Finding");
        if (std::ranges::find(budget.allowed_findings, name) != budget.allowed_findings.end()) continue;
        others.push_back(place_of(finding, "Finding") + ": " + text_member(finding, "Reason"));
    }
    if (others.size() <= *budget.max_findings) return;
    verdict.broken.push_back("MaxFindings is " + std::to_string(*budget.max_findings) + ", and there are " +
                             std::to_string(others.size()) + ":");
    for (const std::string& each : others) verdict.broken.push_back("  " + each);
}

void check_patterns(const Budget& budget, const json::object& advice, Verdict& verdict) {
    for (const json::value& pattern : advice.at("Patterns").as_array()) {
        const double units = (number_member(pattern, "ReadUnits") + number_member(pattern, "WriteUnits")) /
                             std::max(number_member(pattern, "Requests"), 1.0);
        for (const PatternBudget& each : budget.patterns) {
            if (!is_meant(each, pattern) || units <= each.max_units_per_request) continue;
            verdict.broken.push_back(place_of(pattern, "Operation") + " uses " +
                                     shown_above(units, each.max_units_per_request) +
                                     " capacity units for each request, and MaxCapacityUnitsPerRequest is " +
                                     shown_limit(each.max_units_per_request));
            break;
        }
    }
}

void check_costs(const Budget& budget, const json::object& advice, Verdict& verdict) {
    const double usd = advice.at("MonthlyUsd").to_number<double>();
    if (!budget.max_monthly_usd || usd <= *budget.max_monthly_usd) return;
    verdict.broken.push_back("a month costs " + shown_above(usd, *budget.max_monthly_usd) +
                             " USD, and MaxMonthlyUsd is " + shown_limit(*budget.max_monthly_usd));
}

/// Finds patterns of the budget that limit nothing, perhaps because a name in them is wrong.
void check_names(const Budget& budget, const json::object& advice, Verdict& verdict) {
    const json::array& patterns = advice.at("Patterns").as_array();
    for (std::size_t i = 0; i < budget.patterns.size(); ++i) {
        const PatternBudget& each = budget.patterns[i];
        const auto is_one = [&each](const json::value& pattern) { return is_meant(each, pattern); };
        if (std::ranges::any_of(patterns, is_one)) continue;
        const json::value named =
            json::object{{"Operation", each.operation}, {"TableName", each.table}, {"IndexName", each.index}};
        verdict.remarks.push_back("no request of the run matches Patterns[" + std::to_string(i) +
                                  "]: " + place_of(named, "Operation"));
    }
}

/// Requests that are not in the advice may break a limit. If there are any, the run breaks every budget that
/// has a limit.
void check_omissions(const Budget& budget, const json::object& advice, Verdict& verdict) {
    const json::value& omitted = advice.at("Omitted");
    const auto requests = omitted.at("Requests").to_number<std::uint64_t>();
    const auto accesses = omitted.at("Accesses").to_number<std::uint64_t>();
    const bool has_limit = budget.max_findings || budget.max_monthly_usd || !budget.patterns.empty();
    if (requests > 0) {
        std::vector<std::string>& lines = has_limit ? verdict.broken : verdict.remarks;
        lines.push_back("the run has too many different requests: " + count_of(requests, "request") +
                        (requests == 1 ? " is" : " are") + " not in the advice, and may break a limit");
    }
    if (accesses > 0) {
        verdict.remarks.push_back(
            "the run uses too many different items: " + count_of(accesses, "access", "accesses") +
            (accesses == 1 ? " is" : " are") + " not in the findings");
    }
}

}  // namespace

Budget read_budget(const std::string& file) try {
    std::string text;
    read_data_file({.path = file}, [&text](std::string_view part) { text.append(part); });
    return budget_of(parse_json(text));
} catch (const DataFault& fault) {
    throw CommandError("--budget: '" + file + "' " + fault.what());
} catch (const InvalidRule& fault) {
    throw CommandError("--budget: '" + file + "': " + fault.what());
} catch (const boost::system::system_error&) {
    throw CommandError("--budget: '" + file + "' is not JSON");
}

Verdict check_budget(const Budget& budget, const json::object& advice) {
    Verdict verdict;
    check_findings(budget, advice, verdict);
    check_patterns(budget, advice, verdict);
    check_costs(budget, advice, verdict);
    check_omissions(budget, advice, verdict);
    check_names(budget, advice, verdict);
    return verdict;
}

}  // namespace tailrace::server
