#include "engine/model/api_error.hpp"
#include "engine/operation/absent/continuous_backups.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {

std::string update_continuous_backups(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    const auto& wanted = *validation::object_member(request, "PointInTimeRecoverySpecification");
    const bool enabled = *validation::boolean_member(wanted, "PointInTimeRecoveryEnabled");
    const auto period_days = validation::integer_member(wanted, "RecoveryPeriodInDays");
    if (!enabled && period_days) {
        throw ApiError::validation(
            "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.");
    }
    return context.database.write([&](table::WriteSession& session) {
        const table::Table& table = backed_up_table(session, request.at("TableName").as_string());
        table::TableDefinition definition = table.definition;
        auto& recovery = definition.point_in_time_recovery;
        if (!enabled) {
            recovery.reset();
        } else if (!recovery) {
            recovery = table::PointInTimeRecovery{session.now()};
        }
        if (period_days) recovery->period_days = *period_days;
        ResponseBody body;
        body.member("ContinuousBackupsDescription", continuous_backups_json(definition, session.now()));
        session.save_table(std::move(definition));
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
