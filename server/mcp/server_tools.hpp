#pragma once

#include "server/mcp/tool.hpp"

namespace tailrace::server {

/// The actions of the tools for mappings, functions and the server itself. They ask the endpoints below
/// /_tailrace and Lambda's API.
ToolAnswer list_mappings(const ToolCall& call);
ToolAnswer show_mapping_history(const ToolCall& call);
ToolAnswer pause_mapping(const ToolCall& call);
ToolAnswer resume_mapping(const ToolCall& call);
ToolAnswer step_mapping(const ToolCall& call);
ToolAnswer skip_batch(const ToolCall& call);
ToolAnswer replay_records(const ToolCall& call);
ToolAnswer redrive_batches(const ToolCall& call);

ToolAnswer list_functions(const ToolCall& call);
ToolAnswer invoke_function(const ToolCall& call);

ToolAnswer wait_until_drained(const ToolCall& call);
ToolAnswer wait_until_settled(const ToolCall& call);
ToolAnswer settle_and_advance(const ToolCall& call);
ToolAnswer show_clock(const ToolCall& call);
ToolAnswer move_clock(const ToolCall& call);
ToolAnswer list_faults(const ToolCall& call);
ToolAnswer set_faults(const ToolCall& call);
ToolAnswer clear_faults(const ToolCall& call);
ToolAnswer list_requests(const ToolCall& call);
ToolAnswer show_advice(const ToolCall& call);
ToolAnswer begin_advice(const ToolCall& call);
ToolAnswer end_advice(const ToolCall& call);

ToolAnswer list_namespaces(const ToolCall& call);
ToolAnswer create_namespace(const ToolCall& call);
ToolAnswer remove_namespace(const ToolCall& call);
ToolAnswer reset_namespace(const ToolCall& call);
ToolAnswer take_snapshot(const ToolCall& call);
ToolAnswer restore_snapshot(const ToolCall& call);

}  // namespace tailrace::server
