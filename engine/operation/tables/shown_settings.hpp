#pragma once

#include "engine/operation/tables/table_request.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::operation {

// Settings that change nothing here and that DescribeTable shows: TableClass, SSESpecification,
// OnDemandThroughput and WarmThroughput of a table and its indexes. All throw ApiError::validation for what
// AWS refuses.

/// Those of a CreateTable; the table's billing, throughput and ARN are known.
void set_shown_settings(const CreateTableRequest& request, table::TableDefinition& definition);

/// Those of an UpdateTable; the table's billing and throughput are the new ones already. The definition has
/// its transition, which shows how far they are.
void update_shown_settings(const RequestedSettings& settings, table::TableDefinition& definition,
                           Timestamp now);

/// OnDemandThroughput of an index that an UpdateTable creates or updates.
void limit_index(const RequestedCapacity& wanted, const table::TableDefinition& definition,
                 table::IndexDefinition& index);

/// WarmThroughput of an index that an UpdateTable updates.
void warm_index(const RequestedCapacity& wanted, table::IndexDefinition& index,
                table::Transition& transition);

}  // namespace tailrace::operation
