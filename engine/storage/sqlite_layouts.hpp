#pragma once

#include <sqlite3.h>

#include "engine/model/clock.hpp"

namespace tailrace::storage {

/// "Tail": what every file of ours says that it is.
inline constexpr int application_id = 0x5461696c;

/// The newest layout, which this version writes. 0 is a database with nothing in it.
extern const int known_layout;

/// The layout that a database has.
int layout_of(sqlite3* connection);

/// Brings a database from its layout to the newest, all of it or nothing; a new one gets what a store begins
/// with. `now` is given to rows that had no time of their own. Throws StorageError, with the row of the
/// catalogue that cannot be read where it is damaged.
void migrate(sqlite3* connection, Timestamp now);

}  // namespace tailrace::storage
