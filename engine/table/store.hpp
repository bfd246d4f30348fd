#pragma once

#include "engine/storage/lease.hpp"
#include "engine/storage/open_store.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::table {

// The store under a database: the code that creates an engine opens a store and hands it over. The layers
// above know nothing else of storage.
using storage::Durability;
using storage::Lease;
using storage::MemoryLimitReached;
using storage::open_store;
using storage::PageBudget;
using storage::StorageError;
using storage::Store;
using storage::StoreLocation;

/// Erases all rows and spaces of a store and copies those of another, in one transaction. There must be no
/// transaction in either. Throws StorageError; then `to` has not changed.
void copy_rows(Store& from, Store& to);

}  // namespace tailrace::table
