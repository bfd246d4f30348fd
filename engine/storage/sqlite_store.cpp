#include "engine/storage/sqlite_store.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/storage/committed_pages.hpp"
#include "engine/storage/large_values.hpp"
#include "engine/storage/log_length.hpp"
#include "engine/storage/memory_vfs.hpp"
#include "engine/storage/replaced_row.hpp"
#include "engine/storage/shared_pages.hpp"
#include "engine/storage/space_reads.hpp"
#include "engine/storage/sqlite_connection.hpp"
#include "engine/storage/sqlite_file.hpp"
#include "engine/storage/sqlite_layouts.hpp"
#include "engine/storage/sqlite_memory.hpp"
#include "engine/storage/sqlite_reader.hpp"
#include "engine/storage/transaction_ends.hpp"

namespace tailrace::storage {
namespace {

/// The statements of one space, each prepared when it is first needed.
struct SpaceStatements {
    SpaceStatements(sqlite3* connection, SpaceId space) : reads(connection, space) {}

    SpaceReads reads;
    std::optional<LargeValues> large;
    Statement put;
    Statement replace;
    Statement erase;
    Statement erase_first;
    Statement add;
};

/// A row that waits to be written. Its memory is reused for the next row unless it is large.
struct LoneRow {
    static constexpr std::size_t kept_bytes = 16384;

    SpaceId space = 0;
    std::string key;
    std::string value;
    std::uint32_t size_bytes = 0;

    void assign(SpaceId new_space, std::string_view new_key, std::string_view new_value, std::uint32_t size) {
        space = new_space;
        key.assign(new_key);
        value.assign(new_value);
        size_bytes = size;
    }
    void clear() {
        if (value.capacity() > kept_bytes) value = {};
    }
};

class SqliteStore final : public Store {
  public:
    /// A store in a file. Its forks have the budget.
    SqliteStore(Connection file, std::shared_ptr<PageBudget> budget) : budget_(std::move(budget)) {
        use(std::move(file));
    }
    /// A store in memory. Without pages it is empty.
    explicit SqliteStore(SharedPages pages) : pages_(std::move(pages)) {}

    std::unique_ptr<Transaction> begin() override;
    std::unique_ptr<Reader> open_reader() override;
    std::unique_ptr<Store> fork() override;
    void write_left_out(const MirroredRows& rows) override;
    void rest() noexcept override;
    bool shares_commits() const override { return !pages_; }
    bool checkpoint(int least_pages) override {
        if (log_.unmoved() < least_pages) return false;
        move_log();
        return true;
    }

    /// Opens it if it is not open.
    sqlite3* connection() {
        if (!connection_) open_pages();
        return connection_.get();
    }
    void write_mirrored(Transaction& transaction, const MirroredRows& rows) {
        has_left_out_ = pages_.has_value();
        if (!has_left_out_) rows.write(transaction);
    }

    /// Opens the store if it is not open.
    TransactionEnds& ends() {
        connection();
        return ends_;
    }
    /// Held while pages of a store in memory are written. Locks nothing if nobody else can read them.
    std::unique_lock<std::mutex> lock_for_commit() {
        return committed_ != nullptr ? committed_->lock_for_commit() : std::unique_lock<std::mutex>();
    }
    /// The tables of large values may be gone, because writes have been undone.
    void forget_large_values() noexcept {
        for (auto& [space, statements] : spaces_) {
            if (!statements.large || !statements.large->exist()) continue;
            statements.large.reset();
            statements.reads.forget_large_values();
        }
    }

    SpaceStatements& statements(SpaceId space) {
        if (last_ == nullptr || last_->first != space) {
            last_ = &*spaces_.try_emplace(space, connection(), space).first;
        }
        return last_->second;
    }
    LargeValues& large_values(SpaceId space) {
        std::optional<LargeValues>& large = statements(space).large;
        if (!large) large.emplace(connection(), space);
        return *large;
    }
    /// True if a value is so large that it is not in its row. The catalogue has no such values, so that the
    /// steps from one layout to the next find all of its rows in the same way.
    bool is_large(SpaceId space, std::string_view key, std::string_view value) const {
        constexpr std::size_t max_record_header = 12;
        return key.size() + value.size() + max_record_header > max_row_bytes_ && space != catalogue_space;
    }
    LoneRow& lone_row() { return lone_row_; }
    ReplacedRow& replaced_row() { return replaced_; }
    void forget(SpaceId space) {
        spaces_.erase(space);
        last_ = nullptr;
    }

  private:
    /// The cost of a write to a file is that of its pages. A page holds many rows of this size, so a commit
    /// of several rows writes fewer pages, and rarely an extra one because a page was full. An import of
    /// items of 1 KB takes half the time. In memory it would gain little, and a Query of such items costs a
    /// fifth more.
    static constexpr std::size_t max_row_bytes_of_file = 512;

    void use(Connection connection) {
        sqlite3* opened = connection.get();
        ends_ = TransactionEnds(opened);
        sqlite3_wal_hook(opened, &SqliteStore::after_commit, this);
        replaced_.observe(opened);
        max_row_bytes_ =
            max_whole_row_bytes(static_cast<std::size_t>(read_number(opened, "PRAGMA page_size")));
        if (!pages_) max_row_bytes_ = std::min(max_row_bytes_, max_row_bytes_of_file);
        connection_ = std::move(connection);
    }
    void open_pages();
    /// SQLite calls it with the number of pages in the log, and only if there is a log.
    static int after_commit(void* store, sqlite3*, const char*, int pages) {
        auto& self = *static_cast<SqliteStore*>(store);
        self.log_.set(pages);
        if (self.log_.is_too_long()) self.move_log();
        return SQLITE_OK;
    }
    void move_log() {
        int moved = 0;
        const int status =
            sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, &moved);
        if (status == SQLITE_OK) log_.set_moved(moved);
    }

    /// Set only for a store in memory. The pages outlive the connection.
    std::optional<SharedPages> pages_;
    /// Null until the first reader of a store in memory is opened.
    std::unique_ptr<CommittedPages> committed_;
    /// For stores in memory that are forked from a file.
    const std::shared_ptr<PageBudget> budget_;
    /// A store in memory has none before the first read or write, so that an unused fork stays small, and
    /// none while it rests.
    Connection connection_;
    /// True if transactions have left out mirrored rows that write_left_out() has not written yet.
    bool has_left_out_ = false;
    LoneRow lone_row_;
    LogLength log_;
    ReplacedRow replaced_;
    std::size_t max_row_bytes_ = max_whole_row_bytes(page_bytes);
    TransactionEnds ends_;
    std::unordered_map<SpaceId, SpaceStatements> spaces_;
    /// A cache of the last space, because most transactions use only one.
    std::pair<const SpaceId, SpaceStatements>* last_ = nullptr;
};

/// Settings that can only be made before the first connection. By default, SQLite counts every allocation
/// under a mutex. It gives each connection a cache of 20 pages at once, most of which a store in memory never
/// needs. And once a part of a transaction has changed 8 pages, it writes to a temporary file what undoes
/// such a part.
void configure_once() {
    static const bool done = [] {
        constexpr int first_cache_kb = 40;
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, -first_cache_kb);
        sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
        keep_journal_blocks();
        return true;
    }();
    static_cast<void>(done);
}

class SqliteTransaction final : public Transaction {
  public:
    explicit SqliteTransaction(SqliteStore& store) : store_(store) {}
    ~SqliteTransaction() override {
        if (writing_) roll_back();
    }

    std::optional<StoredValue> get(SpaceId space, std::string_view key) override {
        begin_reading();
        const bool has_large_values = store_.large_values(space).exist();
        return store_.statements(space).reads.get(key, has_large_values);
    }

    void put(SpaceId space, std::string_view key, std::string_view value, std::uint32_t size_bytes) override {
        if (!writing_ && !has_lone_row_ && !involves_large_value(space, key, value)) {
            put_statement(space);  // Throws if the space does not exist.
            store_.lone_row().assign(space, key, value, size_bytes);
            has_lone_row_ = true;
            return;
        }
        begin_writing();
        write_row(space, key, value, size_bytes);
    }

    std::optional<StoredValue> replace(SpaceId space, std::string_view key, std::string_view value,
                                       std::uint32_t size_bytes) override {
        if (involves_large_value(space, key, value)) {
            return Transaction::replace(space, key, value, size_bytes);
        }
        begin_writing();
        Statement& statement = store_.statements(space).replace;
        if (!statement) statement = prepared(ReplacedRow::sql(space));
        ReplacedRow& replaced = store_.replaced_row();
        replaced.forget();
        run_put(statement, key, value, size_bytes);
        return replaced.take();
    }

    bool erase(SpaceId space, std::string_view key) override {
        begin_writing();
        Statement& statement = store_.statements(space).erase;
        if (!statement) statement = prepared("DELETE FROM " + table_of(space) + " WHERE key = ?1");
        store_.large_values(space).erase_value(key);
        const Use use(statement);
        bind_blob(use.get(), 1, key);
        use.run("erasing a row");
        return sqlite3_changes(store_.connection()) != 0;
    }

    std::unique_ptr<Cursor> range(SpaceId space, const KeyRange& range, Direction direction) override {
        begin_reading();
        const bool has_large_values = store_.large_values(space).exist();
        return store_.statements(space).reads.range(range, direction, has_large_values);
    }

    bool erase_first(SpaceId space, std::size_t rows) override {
        begin_writing();
        Statement& statement = store_.statements(space).erase_first;
        if (!statement) {
            const std::string table = table_of(space);
            statement = prepared("DELETE FROM " + table + " WHERE key < (SELECT key FROM " + table +
                                 " ORDER BY key LIMIT 1 OFFSET ?1)");
        }
        store_.large_values(space).erase_first_values(rows);
        const Use use(statement);
        sqlite3_bind_int64(use.get(), 1, static_cast<sqlite3_int64>(rows));
        use.run("erasing rows");
        return sqlite3_changes(store_.connection()) != 0;
    }

    void add(SpaceId space, std::string_view key, std::int64_t delta) override {
        begin_writing();
        Statement& statement = store_.statements(space).add;
        if (!statement) {
            statement = prepared("INSERT INTO " + table_of(space) +
                                 " VALUES (?1, 0, ?2) ON CONFLICT (key) DO UPDATE SET size_bytes = 0, "
                                 "value = CAST(value AS INTEGER) + ?2");
        }
        const Use use(statement);
        bind_blob(use.get(), 1, key);
        sqlite3_bind_int64(use.get(), 2, delta);
        use.run("adding to a row");
    }

    std::vector<SpaceId> spaces() override {
        begin_reading();
        const Statement statement = prepared(
            "SELECT CAST(substr(name, 7) AS INTEGER) AS id FROM sqlite_master "
            "WHERE type = 'table' AND name GLOB 'space_[1-9]*' ORDER BY id");
        std::vector<SpaceId> found;
        int status = SQLITE_ROW;
        while ((status = sqlite3_step(statement.get())) == SQLITE_ROW)
            found.push_back(sqlite3_column_int64(statement.get(), 0));
        if (status != SQLITE_DONE) fail(store_.connection(), "listing the spaces");
        return found;
    }

    void create_space(SpaceId space) override {
        begin_writing();
        execute(
            store_.connection(),
            "CREATE TABLE " + table_of(space) +
                " (key BLOB PRIMARY KEY, size_bytes INTEGER NOT NULL, value TEXT NOT NULL) WITHOUT ROWID");
    }

    void copy_space(SpaceId from, SpaceId to) override {
        create_space(to);
        execute(store_.connection(),
                "INSERT INTO " + table_of(to) + " SELECT * FROM " + table_of(from) + " ORDER BY key");
        store_.large_values(to).copy_from(store_.large_values(from));
    }

    void drop_space(SpaceId space) override {
        begin_writing();
        store_.large_values(space).drop();
        store_.forget(space);
        execute(store_.connection(), "DROP TABLE " + table_of(space));
    }

    void write_mirrored(const MirroredRows& rows) override { store_.write_mirrored(*this, rows); }

    void begin_part() override {
        if (part_ == Part::marked) store_.ends().keep_part();
        part_ = writing_ || has_lone_row_ ? Part::unmarked : Part::first;
    }

    bool undo_part() override {
        switch (std::exchange(part_, Part::first)) {
            case Part::marked:
                if (!store_.ends().undo_part()) return false;
                store_.forget_large_values();
                return true;
            case Part::unmarked:
                // If the row of an earlier part still waits although the transaction has begun, the row could
                // not be written, and the earlier part is lost, too.
                return !(writing_ && has_lone_row_);
            case Part::first:
                has_lone_row_ = false;
                if (std::exchange(writing_, false)) roll_back();
        }
        return true;
    }

    void commit() override {
        if (!writing_ && !has_lone_row_) return;
        const auto lock = store_.lock_for_commit();
        if (has_lone_row_) write_lone_row();
        if (!writing_) return;
        store_.ends().commit();
        writing_ = false;
    }

  private:
    /// A transaction that only reads needs no BEGIN, because a single connection behind a single lock sees no
    /// writes of others. One that puts a single row, as most do, needs none either: the row waits for the
    /// commit, unless something else is read or written first.
    void begin_writing() {
        if (!writing_) begin_transaction();
        if (part_ != Part::unmarked) return;
        store_.ends().begin_part();
        part_ = Part::marked;
    }
    void begin_reading() {
        if (has_lone_row_) begin_transaction();
    }
    void begin_transaction() {
        store_.ends().begin();
        writing_ = true;
        if (has_lone_row_) write_lone_row();
    }
    void roll_back() noexcept {
        store_.ends().roll_back();
        store_.forget_large_values();
    }
    void write_lone_row() {
        LoneRow& row = store_.lone_row();
        write_row(row.space, row.key, row.value, row.size_bytes);
        has_lone_row_ = false;
        row.clear();
    }
    void write_row(SpaceId space, std::string_view key, std::string_view value, std::uint32_t size_bytes) {
        if (involves_large_value(space, key, value)) {
            LargeValues& large = store_.large_values(space);
            if (store_.is_large(space, key, value)) return large.put_row(key, value, size_bytes);
            large.erase_value(key);
        }
        run_put(put_statement(space), key, value, size_bytes);
    }
    static void run_put(const Statement& statement, std::string_view key, std::string_view value,
                        std::uint32_t size_bytes) {
        const Use use(statement);
        bind_blob(use.get(), 1, key);
        sqlite3_bind_int64(use.get(), 2, size_bytes);
        bind_text(use.get(), 3, value);
        use.run("writing a row");
    }
    const Statement& put_statement(SpaceId space) {
        Statement& statement = store_.statements(space).put;
        if (!statement) {
            statement = prepared("INSERT OR REPLACE INTO " + table_of(space) + " VALUES (?1, ?2, ?3)");
        }
        return statement;
    }
    /// True if this value is large, or may replace one that is.
    bool involves_large_value(SpaceId space, std::string_view key, std::string_view value) {
        return store_.is_large(space, key, value) || store_.large_values(space).exist();
    }
    Statement prepared(const std::string& sql) { return prepare(store_.connection(), sql); }

    SqliteStore& store_;
    /// The part that is being written. The first needs no mark, because undoing it undoes the transaction.
    /// A later one is marked with a savepoint when it first writes.
    enum class Part : std::uint8_t { first, unmarked, marked };

    bool writing_ = false;
    Part part_ = Part::first;
    /// True if the store's lone row belongs to this transaction and has not been written yet.
    bool has_lone_row_ = false;
};

std::unique_ptr<Transaction> SqliteStore::begin() {
    return std::make_unique<SqliteTransaction>(*this);
}

void SqliteStore::open_pages() {
    configure_once();
    const bool is_new = pages_->size_bytes() == 0;
    Connection connection = open_connection(*pages_);
    if (is_new) migrate(connection.get(), {});
    use(std::move(connection));
}

std::unique_ptr<Reader> SqliteStore::open_reader() {
    sqlite3* writer = connection();
    if (!pages_) {
        share_database_file(writer);
        log_.allow_snapshots();
        return open_file_reader(sqlite3_db_filename(writer, "main"), log_.pauses());
    }
    if (committed_ == nullptr) committed_ = std::make_unique<CommittedPages>(*pages_);
    return open_memory_reader(*committed_);
}

std::unique_ptr<Store> SqliteStore::fork() {
    if (pages_) return std::make_unique<SqliteStore>(pages_->fork());
    SharedPages copy(budget_);
    copy_database(connection_.get(), copy);
    return std::make_unique<SqliteStore>(std::move(copy));
}

void SqliteStore::write_left_out(const MirroredRows& rows) {
    if (!has_left_out_) return;
    const auto transaction = begin();
    rows.write(*transaction);
    transaction->commit();
    has_left_out_ = false;
}

/// A file stays open, because it is this process's alone only while it is open.
void SqliteStore::rest() noexcept {
    spaces_.clear();
    last_ = nullptr;
    lone_row_ = {};
    if (!pages_) {
        sqlite3_db_release_memory(connection_.get());
        return;
    }
    ends_ = {};
    connection_.reset();
    pages_->free_spares();
}

}  // namespace

std::unique_ptr<Store> open_sqlite_in_memory(const StoreOptions& options) {
    return std::make_unique<SqliteStore>(SharedPages(options.page_budget));
}

std::unique_ptr<Store> open_sqlite_file(const StoreOptions& options) {
    configure_once();
    return std::make_unique<SqliteStore>(open_database_file(options), options.page_budget);
}

}  // namespace tailrace::storage
