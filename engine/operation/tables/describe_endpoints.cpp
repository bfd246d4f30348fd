#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"

namespace tailrace::operation {

// Tells a client that asks for an endpoint to keep using the host to which it sent the request.
std::string describe_endpoints(OperationContext& context, const Request&) {
    constexpr int minutes_of_a_day = 1440;
    const Caller& caller = context.caller;
    const std::string& region = caller.region.empty() ? context.options.region : caller.region;
    const std::string address = caller.host.empty() ? "dynamodb." + region + ".amazonaws.com" : caller.host;
    ResponseBody body;
    body.member("Endpoints", boost::json::array{boost::json::object{
                                 {"Address", address}, {"CachePeriodInMinutes", minutes_of_a_day}}});
    return std::move(body).take();
}

}  // namespace tailrace::operation
