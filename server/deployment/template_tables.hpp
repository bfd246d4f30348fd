#pragma once

#include <string>
#include <vector>

#include "engine/operation/engine.hpp"
#include "server/template/declarations.hpp"

namespace tailrace::server {

/// What was done to the tables, in lines for people.
struct TableReport {
    std::vector<std::string> done = {};
    /// Tables that were re-created, so that their items are lost.
    std::vector<std::string> lost = {};
    /// What the engine has refused, or what would lose items.
    std::vector<std::string> refused = {};
};

/// Makes the tables that do not exist, with their items, and changes the others to what is declared.
/// Re-creates a table, without its items, only if `may_drop` allows it. What is refused is in the report.
TableReport bring_tables(Engine& engine, const std::vector<DeclaredTable>& tables, bool may_drop = false);

/// Removes a table. Returns why it cannot be removed, or an empty text.
std::string drop_table(Engine& engine, const std::string& name);

/// Returns the ARN of a table's latest stream, or an empty text.
std::string latest_stream_arn(Engine& engine, const std::string& table);

}  // namespace tailrace::server
