#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"

namespace tailrace::operation {
namespace {

struct UpdateTimeToLiveRequest {
    std::string_view table_name;
    std::string_view attribute;
    bool enabled;
};

UpdateTimeToLiveRequest read_time_to_live_update(const Request& request) {
    const Request specification = *request.structure("TimeToLiveSpecification");
    return {request.table_name(), *specification.text("AttributeName"), *specification.flag("Enabled")};
}

/// AWS accepts only real changes, and another attribute only after the first was disabled. It also requires
/// half an hour between two changes; this is left out here, because it would help nobody.
void check_change(const std::optional<std::string>& current, const UpdateTimeToLiveRequest& update) {
    if (!current) {
        if (!update.enabled) throw ApiError::validation("TimeToLive is already disabled");
        return;
    }
    if (*current != update.attribute) {
        throw ApiError::validation(
            "TimeToLive is active on a different AttributeName: current AttributeName is " + *current);
    }
    if (update.enabled) throw ApiError::validation("TimeToLive is already enabled");
}

}  // namespace

std::string update_time_to_live(OperationContext& context, const Request& request) {
    const UpdateTimeToLiveRequest update = read_time_to_live_update(request);

    context.write([&](table::WriteSession& session) {
        table::TableDefinition definition = session.described_table(update.table_name);
        auto& attribute = definition.time_to_live_attribute;
        check_change(attribute, update);
        attribute = update.enabled ? std::optional<std::string>(update.attribute) : std::nullopt;
        session.save_table(std::move(definition));
    });

    ResponseBody body;
    body.member("TimeToLiveSpecification",
                boost::json::object{{"Enabled", update.enabled}, {"AttributeName", update.attribute}});
    return std::move(body).take();
}

}  // namespace tailrace::operation
