#include "engine/operation/absent/continuous_backups.hpp"

#include <algorithm>
#include <chrono>

#include "engine/model/api_error.hpp"
#include "engine/operation/response_body.hpp"

namespace tailrace::operation {
namespace {

/// The delay of the latest restorable time. Source: "Point-in-time recovery".
constexpr std::chrono::minutes recovery_lag{5};

boost::json::object recovery_json(const table::PointInTimeRecovery& recovery, Timestamp now) {
    const Timestamp earliest = std::max(recovery.since, now - std::chrono::days(recovery.period_days));
    const Timestamp latest = std::max(recovery.since, now - recovery_lag);
    return {{"PointInTimeRecoveryStatus", "ENABLED"},
            {"RecoveryPeriodInDays", recovery.period_days},
            {"EarliestRestorableDateTime", epoch_seconds(earliest)},
            {"LatestRestorableDateTime", epoch_seconds(latest)}};
}

}  // namespace

const table::TableDefinition& backed_up_table(const table::ReadSession& session, std::string_view name) {
    const table::TableDefinition* table = session.find_table(name);
    if (table == nullptr)
        throw ApiError(exceptions::table_not_found, "Table not found: " + std::string(name));
    return *table;
}

std::string continuous_backups_answer(const ContinuousBackups& backups) {
    const boost::json::object description{
        {"ContinuousBackupsStatus", "ENABLED"},
        {"PointInTimeRecoveryDescription",
         backups.recovery ? recovery_json(*backups.recovery, backups.now)
                          : boost::json::object{{"PointInTimeRecoveryStatus", "DISABLED"}}}};
    ResponseBody body;
    body.member("ContinuousBackupsDescription", description);
    return std::move(body).take();
}

}  // namespace tailrace::operation
