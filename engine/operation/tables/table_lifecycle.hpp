#pragma once

#include <cstddef>
#include <string_view>

#include "engine/operation/operation.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::operation {

/// The transition that begins with a change of a table. It lasts for the engine's table_delay.
table::Transition begin_transition(const OperationContext& context, table::Transition::Kind kind,
                                   Timestamp now);

/// Creates a new stream for the table, with a unique label and ARN.
table::StreamDefinition new_stream(table::WriteSession& session, const table::TableDefinition& definition,
                                   std::string_view view_type, std::size_t shards);

}  // namespace tailrace::operation
