#pragma once

#include <string>
#include <string_view>

#include "engine/operation/engine.hpp"

namespace tailrace::stream {

/// "arn:aws:lambda:REGION:ACCOUNT:RESOURCE"; a resource is "function:NAME" or "event-source-mapping:UUID".
std::string lambda_arn(const EngineOptions& options, std::string_view resource);

}  // namespace tailrace::stream
