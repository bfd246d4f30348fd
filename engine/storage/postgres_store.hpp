#pragma once

#include <cstdint>
#include <memory>

#include "engine/storage/open_store.hpp"

namespace tailrace::storage {

/// Opens a store in a database of PostgreSQL, which several processes may use at the same time, and makes its
/// schema if there is none. Transactions that write single rows run beside each other. Any other transaction
/// that writes runs alone: no other one writes meanwhile, in any process. Snapshots are read beside all of
/// them. A connection that is lost ends its transaction, and the next one connects again.
///
/// Throws StorageError if the server cannot be reached or refuses the user, if the schema has another layout,
/// or if the URL has a password, which the list of processes would show.
std::unique_ptr<Store> open_postgres(const StoreOptions& options);

/// How often this process has waited for PostgreSQL to answer.
std::uint64_t postgres_round_trips();

// remove_schema() of open_store.hpp is implemented beside it.

}  // namespace tailrace::storage
