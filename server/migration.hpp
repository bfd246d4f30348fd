#pragma once

#include "server/commands/migrate_command.hpp"
#include "server/commands/running_server.hpp"

namespace tailrace::server {

/// Copies in one transaction, reads the copy back before it is committed, and compares it. Refuses a source
/// or a target that a server uses, and a target that has anything. SIGINT and SIGTERM end the copy. Whatever
/// happens, the target has everything afterwards or is as it was. The exit code is 0, 2 if the copy is
/// refused or fails, or 130 after a signal.
CommandResult migrate(const MigrateCommand& command);

}  // namespace tailrace::server
