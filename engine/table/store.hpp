#pragma once

#include <functional>

#include "engine/storage/lease.hpp"
#include "engine/storage/open_store.hpp"
#include "engine/storage/row_copy.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::table {

// The store under a database: the code that creates an engine opens a store and hands it over. The layers
// above know nothing else of storage.
using storage::CopyProgress;
using storage::Durability;
using storage::Lease;
using storage::LeaseHolders;
using storage::MemoryLimitReached;
using storage::open_store;
using storage::OwnLease;
using storage::PageBudget;
using storage::remove_schema;
using storage::schema_beside;
using storage::StorageError;
using storage::Store;
using storage::StoreLocation;
using storage::StoreMissing;
using storage::StoreOptions;

struct CopyOptions {
    /// Called every thousand rows. If the function throws, the copy ends and leaves the target unchanged.
    std::function<void(const CopyProgress&)> progress = {};
    /// Called at the end, before the commit. If the function throws, the copy ends in the same way.
    std::function<void()> before_commit = {};
    /// True to read all rows back before they are committed, and to compare the number and the hash of the
    /// rows of each space.
    bool checks = false;
};

/// Erases all rows and spaces of a store and copies those of another, in one transaction. There must be no
/// transaction in either. Returns what was copied. Throws StorageError; then `to` has not changed.
CopyProgress copy_rows(Store& from, Store& to, const CopyOptions& options = {});

/// Returns true if the store has no tables and no other state: nothing but the numbers that were given last,
/// and the tokens of requests.
bool is_empty(Store& store);

}  // namespace tailrace::table
