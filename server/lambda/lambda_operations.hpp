#pragma once

#include <string_view>

namespace tailrace::server {

/// The name of the operation of Lambda's API that has this method and path, whether it is answered here or
/// not; empty where there is none. Source: Lambda's service model.
std::string_view lambda_operation(std::string_view method, std::string_view path);

}  // namespace tailrace::server
