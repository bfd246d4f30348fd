#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/operation/faults/fault_rule.hpp"

namespace tailrace::operation {

/// How often a rule was met, and how often it applied.
struct FaultCounts {
    std::uint64_t met = 0;
    std::uint64_t applied = 0;
};

/// A rule of a script, with its counts. May be used by any thread.
class ScriptedFault {
  public:
    explicit ScriptedFault(FaultRule rule) : rule_(std::move(rule)) {}

    const FaultRule& rule() const { return rule_; }
    FaultCounts counts() const;
    /// Counts that a request meets the rule. Returns true if the rule applies to it.
    bool meet();

  private:
    bool is_drawn();

    const FaultRule rule_;
    mutable std::mutex mutex_;
    FaultCounts counts_;
    std::uint64_t draws_ = 0;
};

/// Something that can meet a fault but is not an operation on tables, such as a call of a function.
struct FaultedCall {
    std::string_view operation;
    /// Empty if no function is called. Likewise, `table_name` is empty if there is no table.
    std::string_view function_name = {};
    std::string_view table_name = {};
};

using FaultList = std::deque<ScriptedFault>;

/// The rules by which a test makes requests meet faults. A request is compared with them in their order. Not
/// durable. May be used by any thread.
class FaultScript {
  public:
    /// Returns false if there is no rule. Every request asks this first.
    bool is_armed() const { return is_armed_.load(std::memory_order_relaxed); }

    /// Replaces all rules. Requests under way finish with the rules that they began with.
    void replace(std::vector<FaultRule> rules);

    /// Returns the first rule that applies to something that is not an operation on tables, or null.
    std::shared_ptr<const FaultRule> meet(const FaultedCall& call) const;

    /// The rules at this moment, never null.
    std::shared_ptr<FaultList> faults() const;

  private:
    std::atomic<bool> is_armed_ = false;
    mutable std::mutex mutex_;
    std::shared_ptr<FaultList> faults_ = std::make_shared<FaultList>();
};

}  // namespace tailrace::operation
