#pragma once

#include "engine/operation/tables/table_request.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::operation {

// Settings that have no effect here and that DescribeTable shows: TableClass, SSESpecification,
// OnDemandThroughput and WarmThroughput of a table and its indexes. All functions throw ApiError::validation
// for what AWS refuses.

/// Sets the settings that a CreateTable requests. The table's billing, throughput and ARN must already be
/// set.
void set_shown_settings(const CreateTableRequest& request, table::TableDefinition& definition);

/// Sets the settings that an UpdateTable requests. The table's billing and throughput must already be the new
/// ones. The definition's transition must already be set, because it shows the progress of these settings.
void update_shown_settings(const RequestedSettings& settings, table::TableDefinition& definition,
                           Timestamp now);

/// Sets OnDemandThroughput of an index that an UpdateTable creates or updates.
void limit_index(const RequestedCapacity& wanted, const table::TableDefinition& definition,
                 table::IndexDefinition& index);

/// Sets WarmThroughput of an index that an UpdateTable updates.
void warm_index(const RequestedCapacity& wanted, table::IndexDefinition& index,
                table::Transition& transition);

}  // namespace tailrace::operation
