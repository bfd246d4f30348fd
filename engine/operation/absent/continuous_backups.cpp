#include "engine/operation/absent/continuous_backups.hpp"

#include <algorithm>
#include <chrono>

#include "engine/model/api_error.hpp"

namespace tailrace::operation {
namespace {

/// How far the latest moment that could be restored lies behind. Source: "Point-in-time recovery".
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

const table::Table& backed_up_table(const table::ReadSession& session, std::string_view name) {
    const table::Table* table = session.find_table(name);
    if (table == nullptr) throw ApiError::table_not_found("Table not found: " + std::string(name));
    return *table;
}

boost::json::object continuous_backups_json(const table::TableDefinition& definition, Timestamp now) {
    const auto& recovery = definition.point_in_time_recovery;
    return {{"ContinuousBackupsStatus", "ENABLED"},
            {"PointInTimeRecoveryDescription",
             recovery ? recovery_json(*recovery, now)
                      : boost::json::object{{"PointInTimeRecoveryStatus", "DISABLED"}}}};
}

}  // namespace tailrace::operation
