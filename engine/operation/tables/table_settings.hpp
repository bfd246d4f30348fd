#pragma once

#include <boost/json.hpp>
#include <string>

#include "engine/operation/operation.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::operation {

/// "arn:aws:dynamodb:<region>:<account>:table/<name>"; the region is the caller's, where the request names
/// one.
std::string table_arn(const OperationContext& context, std::string_view table_name);

/// The transition that a change of a table begins, as long as the engine's table_delay.
table::Transition begin_transition(const OperationContext& context, table::Transition::Kind kind,
                                   Timestamp now);

/// A new stream for the table, as a StreamSpecification asks for, with a label and an ARN of its own.
table::StreamDefinition new_stream(table::WriteSession& session, const table::TableDefinition& definition,
                                   const boost::json::object& specification, std::size_t shards);

/// Whether a StreamSpecification is there and enables a stream.
bool enables_stream(const boost::json::object* specification);

}  // namespace tailrace::operation
