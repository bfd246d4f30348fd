#include "engine/model/api_error.hpp"
#include "engine/operation/absent/continuous_backups.hpp"
#include "engine/operation/operation.hpp"

namespace tailrace::operation {
namespace {

struct UpdateContinuousBackupsRequest {
    std::string_view table_name;
    bool recovery_enabled;
    std::optional<std::int64_t> recovery_period_days;
};

UpdateContinuousBackupsRequest read_recovery_update(const Request& request) {
    const Request recovery = *request.structure("PointInTimeRecoverySpecification");
    const UpdateContinuousBackupsRequest update{request.table_name(),
                                                *recovery.flag("PointInTimeRecoveryEnabled"),
                                                recovery.integer("RecoveryPeriodInDays")};
    if (!update.recovery_enabled && update.recovery_period_days) {
        throw ApiError::validation(
            "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.");
    }
    return update;
}

}  // namespace

std::string update_continuous_backups(OperationContext& context, const Request& request) {
    const UpdateContinuousBackupsRequest update = read_recovery_update(request);
    const auto backups = context.write([&](table::WriteSession& session) {
        table::TableDefinition definition = backed_up_table(session, update.table_name);
        auto& recovery = definition.point_in_time_recovery;
        if (!update.recovery_enabled) {
            recovery.reset();
        } else if (!recovery) {
            recovery = table::PointInTimeRecovery{session.now()};
        }
        if (update.recovery_period_days) recovery->period_days = *update.recovery_period_days;
        ContinuousBackups updated{recovery, session.now()};
        session.save_table(std::move(definition));
        return updated;
    });
    return continuous_backups_answer(backups);
}

}  // namespace tailrace::operation
