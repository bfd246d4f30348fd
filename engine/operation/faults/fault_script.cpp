#include "engine/operation/faults/fault_script.hpp"

#include <utility>

namespace tailrace::operation {

FaultCounts ScriptedFault::counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
}

bool ScriptedFault::meet() {
    const std::lock_guard lock(mutex_);
    ++counts_.met;
    if (counts_.met <= rule_.skip) return false;
    if (rule_.times && counts_.applied >= *rule_.times) return false;
    if (rule_.probability < 1 && !is_drawn()) return false;
    ++counts_.applied;
    return true;
}

/// The splitmix64 generator, which gives the same numbers on every machine.
bool ScriptedFault::is_drawn() {
    std::uint64_t word = rule_.seed + ++draws_ * 0x9e3779b97f4a7c15;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
    word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
    word ^= word >> 31;
    constexpr double range = 9007199254740992;  // 2^53
    return static_cast<double>(word >> 11) / range < rule_.probability;
}

void FaultScript::replace(std::vector<FaultRule> rules) {
    auto faults = std::make_shared<FaultList>();
    for (FaultRule& each : rules) faults->emplace_back(std::move(each));
    const std::lock_guard lock(mutex_);
    is_armed_.store(!faults->empty(), std::memory_order_relaxed);
    faults_ = std::move(faults);
}

std::shared_ptr<const FaultRule> FaultScript::meet(const FaultedCall& call) const {
    const std::shared_ptr<FaultList> all = faults();
    for (ScriptedFault& fault : *all) {
        const FaultRule& rule = fault.rule();
        if (rule.operation != call.operation) continue;
        if (!rule.function_name.empty() && rule.function_name != call.function_name) continue;
        if (!rule.table_name.empty() && rule.table_name != call.table_name) continue;
        if (fault.meet()) return {all, &rule};
    }
    return nullptr;
}

std::shared_ptr<FaultList> FaultScript::faults() const {
    const std::lock_guard lock(mutex_);
    return faults_;
}

}  // namespace tailrace::operation
