#pragma once

#include <sqlite3.h>

#include "engine/model/clock.hpp"

namespace tailrace::storage {

/// "Tail": marks a file as Tailrace's.
inline constexpr int application_id = 0x5461696c;

/// The newest layout, the one that this version writes. 0 is an empty database.
extern const int known_layout;

/// The layout of a database.
int layout_of(sqlite3* connection);

/// Upgrades a database from its layout to the newest, completely or not at all; an empty one gets the first
/// rows of a store. Rows without a time of their own get `now`. Throws StorageError; if the catalogue is
/// damaged, the message names the row that cannot be read.
void migrate(sqlite3* connection, Timestamp now);

}  // namespace tailrace::storage
