#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/table/store.hpp"
#include "server/process/lease_keeper.hpp"
#include "server/process/log.hpp"

namespace tailrace::server {

/// A store that other processes could use, too, but did not when this object was made. It has the store's
/// lease as long as it exists, so none of them begins to run what belongs to the store.
class HeldStore {
  public:
    /// Waits for a few seconds if another process uses the store, and then throws StorageError. The log must
    /// outlive this object. `shown` is the store's location for people.
    HeldStore(std::unique_ptr<table::Store> store, const std::string& shown, const Log& log);

    table::Store& store() { return *store_; }
    /// Throws StorageError if another process has begun to use the store.
    void require_alone() const;

  private:
    std::optional<std::string> other_user(bool renews) const;
    [[noreturn]] void refuse(const std::string& user) const;

    const std::unique_ptr<table::Store> store_;
    const std::string shown_;
    std::optional<LeaseKeeper> keeper_;
};

}  // namespace tailrace::server
