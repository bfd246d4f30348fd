#pragma once

#include "engine/storage/open_store.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::table {

// The store under a database: the code that creates an engine opens a store and hands it over. The layers
// above know nothing else of storage.
using storage::Durability;
using storage::open_store;
using storage::StorageError;
using storage::Store;
using storage::StoreLocation;

}  // namespace tailrace::table
