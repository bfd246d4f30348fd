#pragma once

#include <cstddef>
#include <string_view>

#include "engine/operation/operation.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::operation {

/// The transition that a change of a table begins, as long as the engine's table_delay.
table::Transition begin_transition(const OperationContext& context, table::Transition::Kind kind,
                                   Timestamp now);

/// A new stream for the table, with a label and an ARN of its own.
table::StreamDefinition new_stream(table::WriteSession& session, const table::TableDefinition& definition,
                                   std::string_view view_type, std::size_t shards);

}  // namespace tailrace::operation
