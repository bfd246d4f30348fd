#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/lease.hpp"
#include "engine/storage/postgres/postgres_connection.hpp"

namespace tailrace::storage {

/// The leases of a schema, on a connection of their own. Also drops the tables of spaces that nobody can read
/// any more.
class PostgresLease final : public Lease {
  public:
    explicit PostgresLease(PostgresAddress address);
    ~PostgresLease() override { release(); }

    bool renew() override;
    std::uint64_t fence() const override;
    std::string owner() const override;
    void release() noexcept override;

    std::uint64_t process() const override;
    LeaseHolders look(std::string_view note) override;
    std::uint64_t take(std::string_view name, std::uint64_t process) override;
    void give_up(const OwnLease& lease) override;
    std::vector<LeaseHolders::Process> others() override;

  private:
    bool keep();
    void join();
    void take_main();
    std::uint64_t insert(std::string_view name);
    bool is_in_time() const;
    void drop_tables();
    void note_owner(std::string_view owner);

    const std::string name_;
    /// Held while the server is asked.
    std::mutex mutex_;
    PostgresConnection connection_;
    mutable std::mutex owner_mutex_;
    std::string owner_;
    /// What the other processes can read.
    std::string noted_;
    std::atomic<std::uint64_t> process_ = 0;
    std::atomic<std::uint64_t> fence_ = 0;
    /// When the last renewal began, in microseconds of the steady clock.
    std::atomic<std::int64_t> renewed_ = 0;
};

}  // namespace tailrace::storage
