#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"

namespace tailrace::operation {

// A table whose time to live was disabled looks like one that never had any.
std::string describe_time_to_live(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    return context.database.read([&](table::ReadSession& session) {
        const auto& attribute =
            session.described_table(request.at("TableName").as_string()).definition.time_to_live_attribute;
        boost::json::object description{{"TimeToLiveStatus", attribute ? "ENABLED" : "DISABLED"}};
        if (attribute) description["AttributeName"] = *attribute;
        ResponseBody body;
        body.member("TimeToLiveDescription", description);
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
