#include "server/lambda/account_endpoints.hpp"

#include <boost/json.hpp>
#include <cstdint>

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// Source: Lambda's quotas, and GetAccountSettings as accounts show it.
constexpr std::int64_t total_code_size_bytes = 80'530'636'800;
constexpr std::int64_t code_size_unzipped_bytes = 262'144'000;
constexpr std::int64_t code_size_zipped_bytes = 52'428'800;
constexpr std::int64_t concurrent_executions = 1'000;

HttpResponse account_settings(const stream::FunctionRegistry& functions) {
    const json::object limit{{"TotalCodeSize", total_code_size_bytes},
                             {"CodeSizeUnzipped", code_size_unzipped_bytes},
                             {"CodeSizeZipped", code_size_zipped_bytes},
                             {"ConcurrentExecutions", concurrent_executions},
                             {"UnreservedConcurrentExecutions", concurrent_executions}};
    const json::object usage{{"TotalCodeSize", 0}, {"FunctionCount", functions.all().size()}};
    return json_response({{"AccountLimit", limit}, {"AccountUsage", usage}});
}

}  // namespace

void add_account_endpoints(Mount& lambda, const stream::FunctionRegistry& functions) {
    lambda.add({.method = "GET",
                .path = "/2016-08-19/account-settings",
                .function = [&functions](const WebRequest&) { return account_settings(functions); }});
}

}  // namespace tailrace::server
