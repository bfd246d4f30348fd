#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/operation/engine.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Makes requests to Lambda's API meet the scripted faults of the engine, which must outlive the mount. Rules
/// name its operations as policies do: "lambda:Invoke".
void add_lambda_faults(Mount& lambda, Engine& engine);

/// The operations of Lambda that a rule may name.
const std::vector<std::string>& lambda_fault_operations();

/// The errors of Lambda that a rule may give.
std::vector<std::string_view> lambda_fault_errors();

}  // namespace tailrace::server
