#pragma once

#include <string_view>
#include <vector>

namespace tailrace::server {

/// Returns the name of the operation of Lambda's API that has this method and path, whether it is supported
/// here or not. Returns an empty string if there is none. Source: Lambda's service model.
std::string_view lambda_operation(std::string_view method, std::string_view path);

/// The names of all operations of Lambda's API.
std::vector<std::string_view> lambda_operation_names();

}  // namespace tailrace::server
