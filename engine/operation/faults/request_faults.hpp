#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/model/clock.hpp"
#include "engine/operation/faults/fault_script.hpp"
#include "engine/table/item_gate.hpp"

namespace tailrace::operation {

/// What a client in this process gets in place of an answer that is lost.
ApiError lost_answer();

/// The faults of one request. It is the request's gate, so it is asked about each item and each page. It may
/// be asked about the same item or page again, because the work is repeated if another process has written
/// first. So each decision is made once and kept: once per request for a rule without a key, once per item
/// for a rule with a key.
class RequestFaults final : public table::ItemGate {
  public:
    /// `operation` and the clock outlive it.
    RequestFaults(std::shared_ptr<FaultList> faults, std::string_view operation, const Clock& clock)
        : faults_(std::move(faults)), operation_(operation), clock_(clock) {}

    /// Throws RequestRefused for a fault that ends the request.
    std::optional<ApiError> admit(const table::ItemAccess& access) override;

    /// Asks the rules that have neither a key nor an index about an operation that touches no items.
    /// `table_name` is empty if the request names no table. Throws RequestRefused.
    void ask(std::string_view table_name);

    /// What is done to the answer; null if it is sent as usual.
    std::unique_ptr<const AnswerFault> answer_fault() const;

  private:
    /// Called when the request meets the rule with this item. Returns true if the rule applies.
    bool applies(ScriptedFault& fault, const std::string& item);
    void take_answer(const FaultEffect& effect);
    /// Throws RequestRefused if the effect ends the request.
    void end_request(const FaultEffect& effect, const FaultedAccess& access) const;
    std::optional<ApiError> refusal(const FaultRule& rule, const table::ItemAccess& access);
    /// Numbers the items from 0, in the order in which they are first asked for.
    std::size_t place_of(const table::ItemAccess& access);

    std::shared_ptr<FaultList> faults_;
    std::string_view operation_;
    const Clock& clock_;
    std::map<std::pair<const ScriptedFault*, std::string>, bool> decisions_;
    std::map<std::string, std::size_t> places_;
    AnswerFault answer_;
};

}  // namespace tailrace::operation
