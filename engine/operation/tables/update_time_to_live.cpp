#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

/// AWS takes only what changes something, and another attribute only by way of disabling the first. It also
/// makes people wait for half an hour between two changes, which would help nobody here.
void check_change(const std::optional<std::string>& current, std::string_view attribute, bool enabled) {
    if (!current) {
        if (!enabled) throw ApiError::validation("TimeToLive is already disabled");
        return;
    }
    if (*current != attribute) {
        throw ApiError::validation(
            "TimeToLive is active on a different AttributeName: current AttributeName is " + *current);
    }
    if (enabled) throw ApiError::validation("TimeToLive is already enabled");
}

}  // namespace

std::string update_time_to_live(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    const auto& specification = *validation::object_member(request, "TimeToLiveSpecification");
    const std::string attribute(*validation::text_member(specification, "AttributeName"));
    const bool enabled = *validation::boolean_member(specification, "Enabled");

    context.database.write([&](table::WriteSession& session) {
        const table::Table& table = session.described_table(request.at("TableName").as_string());
        table::TableDefinition definition = table.definition;
        check_change(definition.time_to_live_attribute, attribute, enabled);
        definition.time_to_live_attribute = enabled ? std::optional(attribute) : std::nullopt;
        session.save_table(std::move(definition));
    });

    ResponseBody body;
    body.member("TimeToLiveSpecification",
                boost::json::object{{"Enabled", enabled}, {"AttributeName", attribute}});
    return std::move(body).take();
}

}  // namespace tailrace::operation
