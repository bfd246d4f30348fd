#pragma once

#include <boost/json.hpp>
#include <string_view>
#include <vector>

#include "engine/operation/faults/fault_rule.hpp"

namespace tailrace::server {

/// The operations that a rule may name.
struct FaultOperations {
    /// All except those of Lambda's API.
    std::vector<std::string_view> names;
    /// The operations that read or write items.
    std::vector<std::string_view> of_items;
    /// The operations of Lambda's API, which are named like "lambda:Invoke", and their errors.
    std::vector<std::string_view> of_lambda = {};
    std::vector<std::string_view> lambda_errors = {};
};

/// Reads the rules of PUT /_tailrace/faults: a list of objects. Throws InvalidRule, which names the rule and
/// the member, and says what is allowed there.
std::vector<operation::FaultRule> read_fault_rules(const boost::json::array& rules,
                                                   const FaultOperations& operations);

}  // namespace tailrace::server
