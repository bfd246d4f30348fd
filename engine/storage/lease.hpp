#pragma once

#include <cstdint>
#include <string>

namespace tailrace::storage {

/// The right to do what only one process of a store may do, such as running event source mappings. The owner
/// has to renew it; otherwise another process takes it over. The store's own clock decides.
///
/// Each owner has a number of its own, the fence. If a transaction's StoreVersion has a different fence,
/// another process owned the lease at that moment. Thread-safe.
class Lease {
  public:
    virtual ~Lease() = default;

    /// Renews the lease, or takes it if it has no owner any more. Returns true if this process has it. Called
    /// every `renewal_ms`. Throws StorageError; then it is not renewed.
    virtual bool renew() = 0;
    /// The fence of this process if it has the lease, as far as it knows, else 0. Does not ask the store: it
    /// returns 0 when the last renewal is longer ago than a lease lasts.
    virtual std::uint64_t fence() const = 0;
    /// The owner as the last renewal found it: "host:process".
    virtual std::string owner() const = 0;
    /// Lets another process take it at once.
    virtual void release() noexcept = 0;

    static constexpr int duration_ms = 5000;
    static constexpr int renewal_ms = 2000;
};

}  // namespace tailrace::storage
