#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/table/store.hpp"
#include "server/process/lease_keeper.hpp"
#include "server/process/log.hpp"

namespace tailrace::server {

/// A store that other processes could use, too. This object has the store's lease as long as it exists, so
/// none of them begins to run what belongs to the store.
class HeldStore {
  public:
    /// Waits for a few seconds if another process has the lease, and then throws StorageError. The log must
    /// outlive this object. `shown` is the store's location for people.
    HeldStore(std::unique_ptr<table::Store> store, const std::string& shown, const Log& log);

    table::Store& store() { return *store_; }

  private:
    const std::unique_ptr<table::Store> store_;
    std::optional<LeaseKeeper> keeper_;
};

}  // namespace tailrace::server
