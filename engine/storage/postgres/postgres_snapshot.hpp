#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/storage/postgres/postgres_rows.hpp"

namespace tailrace::storage {

/// A snapshot, which begins with its first read; see Reader::begin_at().
class PostgresSnapshot final : public PostgresReads<ReadTransaction> {
  public:
    PostgresSnapshot(PostgresSession& session, PostgresBeginning beginning) : PostgresReads(session) {
        session_.begin(std::move(beginning));
    }
    PostgresSnapshot(const PostgresSnapshot&) = delete;
    PostgresSnapshot& operator=(const PostgresSnapshot&) = delete;
    ~PostgresSnapshot() override { session_.end(); }

    StoreVersion version() override { return session_.version(); }
};

/// The snapshot of one row; see Reader::begin_row(). One statement reads the row and the version.
class PostgresRowSnapshot final : public ReadTransaction {
  public:
    PostgresRowSnapshot(PostgresSession& session, std::uint64_t catalogue)
        : session_(session), catalogue_(catalogue) {}

    std::optional<StoredValue> get(SpaceId space, std::string_view key) override;
    std::unique_ptr<Cursor> range(SpaceId space, const KeyRange& range, Direction direction) override;
    StoreVersion version() override;

  private:
    PostgresSession& session_;
    const std::uint64_t catalogue_;
    bool is_current_ = false;
};

}  // namespace tailrace::storage
