#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"

namespace tailrace::operation {
namespace {

// Source: "Quotas in Amazon DynamoDB", initial read and write quotas.
constexpr std::int64_t most_units_of_account = 80'000;
constexpr std::int64_t most_units_of_table = 40'000;

}  // namespace

std::string describe_limits(OperationContext&, const Request&) {
    ResponseBody body;
    body.member("AccountMaxReadCapacityUnits", boost::json::value(most_units_of_account));
    body.member("AccountMaxWriteCapacityUnits", boost::json::value(most_units_of_account));
    body.member("TableMaxReadCapacityUnits", boost::json::value(most_units_of_table));
    body.member("TableMaxWriteCapacityUnits", boost::json::value(most_units_of_table));
    return std::move(body).take();
}

}  // namespace tailrace::operation
