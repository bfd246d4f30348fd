#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "engine/table/database.hpp"

namespace tailrace::operation {

/// Throws ApiError::table_not_found, as operations on backups do.
const table::Table& backed_up_table(const table::ReadSession& session, std::string_view name);

/// ContinuousBackupsDescription. Continuous backups are on for every table, as on AWS within seconds of its
/// creation; point-in-time recovery is what can be set. It is a setting alone: there is nothing to restore
/// from.
boost::json::object continuous_backups_json(const table::TableDefinition& definition, Timestamp now);

}  // namespace tailrace::operation
