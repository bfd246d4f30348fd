#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"

namespace tailrace::operation {

// A table whose time to live was disabled looks like one that never had it.
std::string describe_time_to_live(OperationContext& context, const Request& request) {
    const std::string_view table_name = request.table_name();
    const auto attribute = context.read([&](table::ReadSession& session) {
        return session.described_table(table_name).time_to_live_attribute;
    });
    boost::json::object description{{"TimeToLiveStatus", attribute ? "ENABLED" : "DISABLED"}};
    if (attribute) description["AttributeName"] = *attribute;
    ResponseBody body;
    body.member("TimeToLiveDescription", description);
    return std::move(body).take();
}

}  // namespace tailrace::operation
