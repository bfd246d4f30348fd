#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/table/database.hpp"

namespace tailrace::operation {

/// The state of a table's continuous backups at one time.
struct ContinuousBackups {
    std::optional<table::PointInTimeRecovery> recovery;
    Timestamp now;
};

/// Throws exceptions::table_not_found, as operations on backups do.
const table::TableDefinition& backed_up_table(const table::ReadSession& session, std::string_view name);

/// The response with ContinuousBackupsDescription. Continuous backups are on for every table, as on AWS
/// within seconds of its creation. Only point-in-time recovery can be set. It is only a setting: there is
/// nothing to restore from.
std::string continuous_backups_answer(const ContinuousBackups& backups);

}  // namespace tailrace::operation
