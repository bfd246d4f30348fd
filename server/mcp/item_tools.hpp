#pragma once

#include "server/mcp/tool.hpp"

namespace tailrace::server {

/// The actions of the tools for tables, items and streams. They carry out operations of DynamoDB's API.
ToolAnswer list_tables(const ToolCall& call);
ToolAnswer describe_table(const ToolCall& call);
ToolAnswer create_table(const ToolCall& call);
ToolAnswer update_table(const ToolCall& call);
ToolAnswer delete_table(const ToolCall& call);

ToolAnswer get_items(const ToolCall& call);
ToolAnswer put_items(const ToolCall& call);
ToolAnswer update_item(const ToolCall& call);
ToolAnswer delete_items(const ToolCall& call);
ToolAnswer query_items(const ToolCall& call);
ToolAnswer scan_items(const ToolCall& call);
ToolAnswer select_by_statement(const ToolCall& call);
ToolAnswer change_by_statement(const ToolCall& call);

ToolAnswer list_streams(const ToolCall& call);
ToolAnswer list_shards(const ToolCall& call);
ToolAnswer read_records(const ToolCall& call);

}  // namespace tailrace::server
