#pragma once

#include "server/functions/uploaded_functions.hpp"
#include "server/process/log.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds Invoke, GetFunction, GetFunctionConfiguration and ListFunctions for the functions that Tailrace runs,
/// which may be named with any version or alias. POST /2015-03-31/functions/NAME/invocations is Invoke. Calls
/// of type Event run on a few threads of their own and are not retried if they fail. The endpoints'
/// destructor waits for them. The functions and the log must outlive the endpoints. Source: "API_Invoke".
void add_function_endpoints(Mount& lambda, const UploadedFunctions& functions, const Log& log);

}  // namespace tailrace::server
