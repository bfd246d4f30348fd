#pragma once

#include <boost/json.hpp>

#include "server/functions/uploaded_functions.hpp"
#include "stream/handler/lambda_arn.hpp"

namespace tailrace::server {

/// Returns Lambda's FunctionConfiguration of the function, version or alias that a reference names. Throws
/// LambdaError if the function has no such version or alias.
boost::json::object configuration_json(const stream::FunctionRegistry& registry,
                                       const UploadedFunction& function,
                                       const stream::FunctionReference& reference);

/// Returns the answer of GetFunction.
boost::json::object function_json(const stream::FunctionRegistry& registry, const UploadedFunction& function,
                                  const stream::FunctionReference& reference);

}  // namespace tailrace::server
