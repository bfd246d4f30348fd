#pragma once

#include "engine/table/store.hpp"

namespace tailrace::server {

/// A command that copies everything from one place for tables to another; see migrate().
struct MigrateCommand {
    table::StoreLocation from = {};
    table::StoreLocation to = {};
    /// True to write progress even if standard error is not a terminal.
    bool shows_progress = false;
};

}  // namespace tailrace::server
