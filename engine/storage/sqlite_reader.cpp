#include "engine/storage/sqlite_reader.hpp"

#include <unordered_map>
#include <utility>

#include "engine/storage/large_values.hpp"
#include "engine/storage/memory_vfs.hpp"
#include "engine/storage/space_reads.hpp"
#include "engine/storage/sqlite_connection.hpp"
#include "engine/storage/sqlite_file.hpp"

namespace tailrace::storage {
namespace {

/// Reads rows through a connection of its own.
class SqliteReader : public Reader {
  public:
    std::unique_ptr<ReadTransaction> begin() final;

  protected:
    explicit SqliteReader(Connection connection) : connection_(std::move(connection)) {}

  private:
    class Snapshot;
    struct ReadSpace {
        SpaceReads reads;
        bool has_large_values;
    };

    /// Returns false if there must be no snapshot now.
    virtual bool enter() = 0;
    virtual void leave() noexcept = 0;

    void begin_transaction();
    ReadSpace& read_space(SpaceId space) {
        const auto found = spaces_.find(space);
        return found != spaces_.end() ? found->second : add_space(space);
    }
    ReadSpace& add_space(SpaceId space);

    Connection connection_;
    /// SQLite's transaction lasts as long as this statement has a row. So it needs no BEGIN and no COMMIT.
    Statement first_read_;
    std::unordered_map<SpaceId, ReadSpace> spaces_;
};

class SqliteReader::Snapshot final : public ReadTransaction {
  public:
    explicit Snapshot(SqliteReader& reader) : reader_(reader) {}
    ~Snapshot() override {
        sqlite3_reset(reader_.first_read_.get());
        reader_.leave();
    }

    std::optional<StoredValue> get(SpaceId space, std::string_view key) override {
        ReadSpace& from = reader_.read_space(space);
        return from.reads.get(key, from.has_large_values);
    }
    std::unique_ptr<Cursor> range(SpaceId space, const KeyRange& range, Direction direction) override {
        ReadSpace& from = reader_.read_space(space);
        return from.reads.range(range, direction, from.has_large_values);
    }

  private:
    SqliteReader& reader_;
};

std::unique_ptr<ReadTransaction> SqliteReader::begin() {
    if (!enter()) return nullptr;
    try {
        begin_transaction();
        return std::make_unique<Snapshot>(*this);
    } catch (...) {
        sqlite3_reset(first_read_.get());
        leave();
        throw;
    }
}

void SqliteReader::begin_transaction() {
    // A database always has the table of the catalogue.
    if (!first_read_) first_read_ = prepare(connection_.get(), "SELECT 1 FROM sqlite_master");
    if (sqlite3_step(first_read_.get()) != SQLITE_ROW) fail(connection_.get(), "beginning to read");
    // SQLite prepares a statement again if tables have been made or dropped.
    constexpr int begin_from_0_again = 1;
    if (sqlite3_stmt_status(first_read_.get(), SQLITE_STMTSTATUS_REPREPARE, begin_from_0_again) != 0)
        spaces_.clear();
}

SqliteReader::ReadSpace& SqliteReader::add_space(SpaceId space) {
    const bool has_large_values = LargeValues(connection_.get(), space).exist();
    return spaces_.try_emplace(space, ReadSpace{{connection_.get(), space}, has_large_values}).first->second;
}

class FileReader final : public SqliteReader {
  public:
    FileReader(const std::string& path, const std::atomic<bool>& pauses)
        : SqliteReader(open_reading_connection(path)), pauses_(pauses) {}

  private:
    bool enter() override { return !pauses_.load(std::memory_order_relaxed); }
    void leave() noexcept override {}

    const std::atomic<bool>& pauses_;
};

/// A base, so that the pages outlive the connection.
struct HasPages {
    PagesSnapshot snapshot;
};

class MemoryReader final : private HasPages, public SqliteReader {
  public:
    explicit MemoryReader(CommittedPages& committed)
        : HasPages{PagesSnapshot(committed)},
          SqliteReader(open_reading_connection(snapshot.pages(), snapshot.version())) {}

  private:
    bool enter() override { return snapshot.begin(); }
    void leave() noexcept override { snapshot.end(); }
};

}  // namespace

std::unique_ptr<Reader> open_file_reader(const std::string& path, const std::atomic<bool>& pauses) {
    return std::make_unique<FileReader>(path, pauses);
}

std::unique_ptr<Reader> open_memory_reader(CommittedPages& committed) {
    return std::make_unique<MemoryReader>(committed);
}

}  // namespace tailrace::storage
