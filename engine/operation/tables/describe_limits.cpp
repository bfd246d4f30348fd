#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"

namespace tailrace::operation {
namespace {

// Source: "Quotas in Amazon DynamoDB", initial read and write quotas.
constexpr std::int64_t max_account_units = 80'000;
constexpr std::int64_t max_table_units = 40'000;

}  // namespace

std::string describe_limits(OperationContext&, const Request&) {
    ResponseBody body;
    body.member("AccountMaxReadCapacityUnits", boost::json::value(max_account_units));
    body.member("AccountMaxWriteCapacityUnits", boost::json::value(max_account_units));
    body.member("TableMaxReadCapacityUnits", boost::json::value(max_table_units));
    body.member("TableMaxWriteCapacityUnits", boost::json::value(max_table_units));
    return std::move(body).take();
}

}  // namespace tailrace::operation
