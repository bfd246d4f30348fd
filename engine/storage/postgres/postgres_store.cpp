#include "engine/storage/postgres_store.hpp"

#include <atomic>
#include <memory>
#include <random>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/storage/postgres/postgres_items.hpp"
#include "engine/storage/postgres/postgres_layout.hpp"
#include "engine/storage/postgres/postgres_lease.hpp"
#include "engine/storage/postgres/postgres_rows.hpp"
#include "engine/storage/postgres/postgres_snapshot.hpp"
#include "engine/storage/postgres/postgres_url.hpp"
#include "engine/storage/row_copy.hpp"
#include "engine/storage/sqlite_store.hpp"

namespace tailrace::storage {
namespace {

/// What each connection begins with. Rows are always read through the primary key, because the statistics of
/// a new table would mislead PostgreSQL's planner. A process that holds locks and hangs loses them.
std::string settings(const std::string& schema, Durability durability) {
    std::string sql = "SET search_path TO " + schema +
                      "; SET enable_seqscan TO off; SET enable_bitmapscan TO off; SET enable_sort TO off"
                      "; SET plan_cache_mode TO force_generic_plan; SET jit TO off"
                      "; SET lock_timeout TO '15s'; SET idle_in_transaction_session_timeout TO '10s'";
    if (durability == Durability::full) sql.append("; SET synchronous_commit TO on");
    return sql;
}

/// The longest time that a transaction waits for an item that others hold. It is shorter than the timeouts of
/// clients: DynamoDB, too, refuses before a client gives up.
constexpr const char* wait_for_items = "; SET lock_timeout TO '4s'";

/// A transaction that writes alone, or only reads.
class PostgresTransaction final : public PostgresReads<Transaction> {
  public:
    PostgresTransaction(PostgresSession& session, PostgresBeginning beginning)
        : PostgresReads(session),
          connection_(session.connection),
          version_(begun(session, std::move(beginning))) {}
    PostgresTransaction(const PostgresTransaction&) = delete;
    PostgresTransaction& operator=(const PostgresTransaction&) = delete;
    ~PostgresTransaction() override {
        if (is_over_) return;
        session_.end();
        if (changes_catalogue_) session_.spaces.forget();
    }

    StoreVersion version() override { return version_; }

    void put(SpaceId space, std::string_view key, std::string_view value, std::uint32_t size_bytes) override {
        note_write(space, key);
        const SplitKey split(key);
        connection_.send(
            session_.spaces.at(space)->put,
            PostgresParameters().bytes(split.head).bytes(split.tail).number(size_bytes).bytes(value));
    }
    bool erase(SpaceId space, std::string_view key) override {
        has_written_ = true;
        const SplitKey split(key);
        const PostgresResult erased = connection_.ask(
            session_.spaces.at(space)->erase, PostgresParameters().bytes(split.head).bytes(split.tail));
        return erased.changed_rows() != 0;
    }
    bool erase_first(SpaceId space, std::size_t rows) override {
        has_written_ = true;
        const PostgresResult erased =
            connection_.ask(session_.spaces.at(space)->erase_first,
                            PostgresParameters().number(static_cast<std::int64_t>(rows)));
        return erased.changed_rows() != 0;
    }
    void add(SpaceId space, std::string_view key, std::int64_t delta) override {
        note_write(space, key);
        const SplitKey split(key);
        connection_.send(session_.spaces.at(space)->add,
                         PostgresParameters().bytes(split.head).bytes(split.tail).number(delta));
    }
    std::uint64_t draw(std::string_view sequence) override {
        note_write(catalogue_space, sequence);
        const PostgresResult drawn =
            connection_.ask(session_.spaces.at(catalogue_space)->draw,
                            PostgresParameters().bytes(sequence).bytes({}).number(1));
        return static_cast<std::uint64_t>(drawn.number(0, 0));
    }

    std::vector<SpaceId> spaces() override {
        const PostgresResult found = connection_.ask("SELECT id FROM space WHERE id <> 0 ORDER BY id");
        std::vector<SpaceId> ids;
        ids.reserve(static_cast<std::size_t>(found.rows()));
        for (int row = 0; row < found.rows(); ++row) ids.push_back(found.number(row, 0));
        return ids;
    }
    void create_space(SpaceId space) override {
        changes_catalogue_ = true;
        std::string table = space_table(space, version_.commits + 1);
        send_new_space(connection_, space, table);
        session_.spaces.add(space, std::move(table));
        made_.insert(space);
    }
    void copy_space(SpaceId from, SpaceId to) override {
        create_space(to);
        connection_.send("INSERT INTO " + session_.spaces.at(to)->table + " SELECT * FROM " +
                         session_.spaces.at(from)->table);
    }
    void drop_space(SpaceId space) override {
        changes_catalogue_ = true;
        const std::string table = session_.spaces.at(space)->table;
        connection_.send("DELETE FROM space WHERE id = " + std::to_string(space));
        drop_lanes(space);
        if (made_.erase(space) != 0) {
            connection_.send("DROP TABLE " + table);
        } else {
            connection_.send("INSERT INTO dropped VALUES ('" + table + "', clock_timestamp())");
        }
        session_.spaces.remove(space);
    }
    bool keeps(const OwnLease& lease) override { return session_.keeps(lease); }
    void note_catalogue_change() override { changes_catalogue_ = true; }

    void commit() override {
        if (!has_written_ && !changes_catalogue_) return;
        connection_.send("UPDATE moment SET commits = commits + 1, catalogue = catalogue + $1",
                         PostgresParameters().number(changes_catalogue_ ? 1 : 0));
        if (changes_catalogue_) connection_.send("UPDATE gate SET catalogue = catalogue + 1");
        if (draws_numbers_) connection_.send(pass_drawn_numbers());
        connection_.send("COMMIT");
        try {
            connection_.wait();
        } catch (const ConnectionLost& lost) {
            throw ConnectionLost("it is not known whether the write was committed: " +
                                 std::string(lost.what()));
        }
        is_over_ = true;
        ++version_.commits;
        if (changes_catalogue_) session_.spaces.keep_until(++version_.catalogue);
    }

  private:
    /// If the constructor throws, no destructor ends the transaction, so this function ends it.
    static StoreVersion begun(PostgresSession& session, PostgresBeginning beginning) {
        session.begin(std::move(beginning));
        try {
            return session.version();
        } catch (...) {
            session.end();
            throw;
        }
    }
    /// The newest number of all may belong to a lane, so it is first saved as the newest of change_sequence.
    void drop_lanes(SpaceId space) {
        if (version_.newest > version_.sequence) {
            version_.sequence = version_.newest;
            put(catalogue_space, change_sequence, std::to_string(version_.newest), 0);
        }
        connection_.send("DELETE FROM lane WHERE space = " + std::to_string(space));
    }
    void note_write(SpaceId space, std::string_view key) {
        has_written_ = true;
        if (space == catalogue_space && key == change_sequence) draws_numbers_ = true;
    }

    PostgresConnection& connection_;
    StoreVersion version_;
    /// The spaces that this transaction has made.
    std::set<SpaceId> made_;
    bool has_written_ = false;
    bool draws_numbers_ = false;
    bool changes_catalogue_ = false;
    bool is_over_ = false;
};

class PostgresReader final : public Reader {
  public:
    PostgresReader(PostgresAddress address, std::size_t number)
        : session_(std::move(address)), writer_{.number = number} {}

    std::unique_ptr<ReadTransaction> begin() override {
        auto snapshot = std::make_unique<PostgresSnapshot>(session_, reading());
        snapshot->version();
        return snapshot;
    }
    std::unique_ptr<ReadTransaction> begin_at(std::uint64_t catalogue) override {
        return std::make_unique<PostgresSnapshot>(session_, reading_at(catalogue));
    }
    std::unique_ptr<ReadTransaction> begin_row(std::uint64_t catalogue) override {
        return std::make_unique<PostgresRowSnapshot>(session_, catalogue);
    }
    std::unique_ptr<Transaction> begin_beside(std::uint64_t catalogue, bool again) override {
        if (!again) writer_.wanted.clear();
        return std::make_unique<PostgresItems>(session_, writer_, catalogue);
    }

  private:
    PostgresSession session_;
    PostgresWriter writer_;
};

class PostgresStore final : public Store {
  public:
    PostgresStore(PostgresAddress address, std::shared_ptr<PageBudget> budget)
        : address_(std::move(address)),
          budget_(std::move(budget)),
          session_(address_),
          lease_(address_),
          next_number_(std::random_device()() % Transaction::max_addends) {}

    void prepare(const std::string& schema, bool must_exist) {
        session_.connection.open();
        prepare_layout(session_.connection, {schema, address_.shown, must_exist});
    }

    std::unique_ptr<Transaction> begin() override {
        return std::make_unique<PostgresTransaction>(session_, writing_alone());
    }
    std::unique_ptr<Transaction> begin_reading() override {
        return std::make_unique<PostgresTransaction>(session_, reading());
    }
    std::unique_ptr<Reader> open_reader() override {
        PostgresAddress address = address_;
        address.settings.append(wait_for_items);
        return std::make_unique<PostgresReader>(std::move(address),
                                                next_number_++ % Transaction::max_addends);
    }
    bool writes_beside() const override { return true; }
    Lease* lease() override { return &lease_; }
    std::unique_ptr<Store> fork() override;
    void write_left_out(const MirroredRows& /*rows*/) override {}
    void rest() noexcept override { session_.connection.close(); }
    bool checkpoint(int /*least_pages*/) override { return false; }

  private:
    const PostgresAddress address_;
    /// For forks, which are in memory.
    const std::shared_ptr<PageBudget> budget_;
    PostgresSession session_;
    PostgresLease lease_;
    /// The number of the next reader. Each process begins with a random one, so few readers share a number.
    std::atomic<std::size_t> next_number_;
};

std::unique_ptr<Store> PostgresStore::fork() {
    std::unique_ptr<Store> fork = open_sqlite_in_memory({.page_budget = budget_});
    const auto source = begin_reading();
    const auto target = fork->begin();
    RowCopy().copy(*source, *target);
    // A store in memory has no lanes.
    const StoreVersion version = source->version();
    if (version.newest > version.sequence) {
        target->put(catalogue_space, change_sequence, std::to_string(version.newest), 0);
    }
    target->commit();
    return fork;
}

}  // namespace

std::unique_ptr<Store> open_postgres(const StoreOptions& options) {
    const PostgresUrl url = read_postgres_url(options.location);
    auto store =
        std::make_unique<PostgresStore>(PostgresAddress{.url = url.url,
                                                        .shown = options.location.shown(),
                                                        .settings = settings(url.schema, options.durability)},
                                        options.page_budget);
    store->prepare(url.schema, options.must_exist);
    return store;
}

}  // namespace tailrace::storage
