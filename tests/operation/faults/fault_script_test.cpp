#include "engine/operation/faults/fault_script.hpp"

#include <algorithm>

#include "tests/catch.hpp"

namespace tailrace::operation {
namespace {

/// Lets this many requests meet the rule, and shows to which of them it applies: "-xx-".
std::string applied(ScriptedFault& fault, int requests) {
    std::string line;
    for (int i = 0; i < requests; ++i) line.push_back(fault.meet() ? 'x' : '-');
    return line;
}

}  // namespace

TEST_CASE("A rule passes over the first requests, and then applies as often as it says", "[faults]") {
    FaultRule rule;
    rule.skip = 1;
    rule.times = 2;
    ScriptedFault fault(rule);
    CHECK(applied(fault, 5) == "-xx--");
    CHECK(fault.counts().met == 5);
    CHECK(fault.counts().applied == 2);
}

TEST_CASE("A rule with a probability applies to the same requests each time its seed is given", "[faults]") {
    FaultRule rule;
    rule.probability = 0.25;
    rule.seed = 7;
    ScriptedFault first(rule);
    ScriptedFault second(rule);
    const std::string line = applied(first, 1000);
    CHECK(applied(second, 1000) == line);
    CHECK(static_cast<std::uint64_t>(std::ranges::count(line, 'x')) == first.counts().applied);
    CHECK(first.counts().applied > 200);
    CHECK(first.counts().applied < 300);
    rule.seed = 8;
    ScriptedFault other(rule);
    CHECK(applied(other, 1000) != line);
}

TEST_CASE("Requests under way keep the rules that they began with", "[faults]") {
    FaultScript script;
    CHECK_FALSE(script.is_armed());
    script.replace({FaultRule{}, FaultRule{}});
    CHECK(script.is_armed());
    const auto before = script.faults();
    script.replace({});
    CHECK_FALSE(script.is_armed());
    CHECK(before->size() == 2);
    CHECK(script.faults()->empty());
}

}  // namespace tailrace::operation
