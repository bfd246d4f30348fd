#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace::storage {

/// A lease that this process has taken. No other lease ever has the same fence, whatever its name.
struct OwnLease {
    std::string name;
    std::uint64_t fence = 0;
};

/// The processes that use a store, and the leases that they have.
struct LeaseHolders {
    struct Process {
        std::uint64_t number = 0;
        /// "host:process"
        std::string name;
        /// What the process lets the others know.
        std::string note;
    };
    struct Held {
        std::string name;
        /// The number of the process.
        std::uint64_t holder = 0;
        std::uint64_t fence = 0;
    };
    /// The number of this process; 0 if it has not renewed its leases in time.
    std::uint64_t self = 0;
    /// In the order of their numbers.
    std::vector<Process> processes = {};
    /// In the order of their names. A lease that nobody has is not among them.
    std::vector<Held> leases = {};
};

/// The right to do what only one process of a store may do. The owner has to renew it; otherwise another
/// process takes it over. The store's own clock decides.
///
/// One lease stands for everything that is not shared out, such as time to live. Others have names, and
/// processes take them and give them up as they like: each shard of an event source mapping has one. A
/// process renews all its leases together, and loses them together. Each time that a lease is taken it gets
/// another number, the fence; see Transaction::keeps(). Thread-safe. All functions that ask the store throw
/// StorageError.
class Lease {
  public:
    virtual ~Lease() = default;

    /// Renews all leases of this process, and takes the lease without a name if it has no owner any more.
    /// Returns true if this process has the lease without a name. Called every `renewal_ms`. If it throws,
    /// nothing is renewed.
    virtual bool renew() = 0;
    /// Returns the fence of the lease without a name if this process has that lease, otherwise 0. Does not
    /// ask the store: if the last renewal is longer ago than a lease lasts, returns 0.
    virtual std::uint64_t fence() const = 0;
    /// The owner of the lease without a name, as the last renewal found it: "host:process".
    virtual std::string owner() const = 0;
    /// Lets other processes take all leases of this one at once.
    virtual void release() noexcept = 0;

    /// The number of this process among those of the store; 0 if its leases may be over. Does not ask the
    /// store. If the number has changed, the process has lost all leases that it had with the earlier number.
    virtual std::uint64_t process() const = 0;
    /// Returns which process has which lease, and leaves out processes whose leases are over. Makes `note`
    /// this process's note, which the others can read.
    virtual LeaseHolders look(std::string_view note) = 0;
    /// Takes the lease with that name if nobody has it, for the process of that number. Returns its fence, or
    /// 0 if somebody has it.
    virtual std::uint64_t take(std::string_view name, std::uint64_t process) = 0;
    virtual void give_up(const OwnLease& lease) = 0;
    /// All other processes that use the store, whether they have leases or not.
    virtual std::vector<LeaseHolders::Process> others() = 0;

    static constexpr int duration_ms = 5000;
    static constexpr int renewal_ms = 2000;
};

}  // namespace tailrace::storage
