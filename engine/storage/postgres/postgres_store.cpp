#include "engine/storage/postgres_store.hpp"

#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/storage/postgres/postgres_layout.hpp"
#include "engine/storage/postgres/postgres_lease.hpp"
#include "engine/storage/postgres/postgres_rows.hpp"
#include "engine/storage/postgres/postgres_url.hpp"
#include "engine/storage/sqlite_store.hpp"

namespace tailrace::storage {
namespace {

// Each names its level, because a role or a database may have another default.
constexpr const char* begin_snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
constexpr const char* begin_write = "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE";

/// What each connection begins with. Rows are read through the primary key only, whatever the statistics of a
/// table that has just been made say. A process that holds the writer's lock and hangs loses it.
std::string settings(const std::string& schema, Durability durability) {
    std::string sql = "SET search_path TO " + schema +
                      "; SET enable_seqscan TO off; SET enable_bitmapscan TO off; SET enable_sort TO off"
                      "; SET plan_cache_mode TO force_generic_plan; SET jit TO off"
                      "; SET lock_timeout TO '15s'; SET idle_in_transaction_session_timeout TO '10s'";
    if (durability == Durability::full) sql.append("; SET synchronous_commit TO on");
    return sql;
}

/// A transaction that has the lock of the writer, or only reads.
class PostgresTransaction final : public Transaction {
  public:
    PostgresTransaction(PostgresSession& session, StoreVersion version)
        : session_(session), connection_(session.connection), version_(version) {}
    PostgresTransaction(const PostgresTransaction&) = delete;
    PostgresTransaction& operator=(const PostgresTransaction&) = delete;
    ~PostgresTransaction() override {
        if (is_over_) return;
        connection_.send_rollback();
        if (changes_catalogue_) session_.spaces.forget();
    }

    std::optional<StoredValue> get(SpaceId space, std::string_view key) override {
        return session_.get(space, key);
    }
    std::vector<std::optional<StoredValue>> get_many(SpaceId space,
                                                     std::span<const std::string> keys) override {
        return session_.get_many(space, keys);
    }
    std::unique_ptr<Cursor> range(SpaceId space, const KeyRange& range, Direction direction) override {
        return session_.range(space, range, direction);
    }
    StoreVersion version() const override { return version_; }

    void put(SpaceId space, std::string_view key, std::string_view value, std::uint32_t size_bytes) override {
        const SplitKey split(key);
        PostgresParameters parameters;
        parameters.bytes(split.head).bytes(split.tail).number(size_bytes).bytes(value);
        send(session_.spaces.at(space)->put, parameters);
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
        const SplitKey split(key);
        send(session_.spaces.at(space)->add,
             PostgresParameters().bytes(split.head).bytes(split.tail).number(delta));
    }
    std::uint64_t draw(std::string_view sequence) override {
        has_written_ = true;
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
        if (made_.erase(space) != 0) {
            connection_.send("DROP TABLE " + table);
        } else {
            connection_.send("INSERT INTO dropped VALUES ('" + table + "', clock_timestamp())");
        }
        session_.spaces.remove(space);
    }
    void note_catalogue_change() override { changes_catalogue_ = true; }

    void commit() override {
        if (!has_written_ && !changes_catalogue_) return;
        connection_.send("UPDATE writer SET commits = commits + 1, catalogue = catalogue + $1",
                         PostgresParameters().number(changes_catalogue_ ? 1 : 0));
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
    void send(const std::string& sql, const PostgresParameters& parameters) {
        has_written_ = true;
        connection_.send(sql, parameters);
    }

    PostgresSession& session_;
    PostgresConnection& connection_;
    StoreVersion version_;
    /// The spaces that this transaction has made.
    std::set<SpaceId> made_;
    bool has_written_ = false;
    bool changes_catalogue_ = false;
    bool is_over_ = false;
};

class PostgresReader final : public Reader {
  public:
    explicit PostgresReader(PostgresAddress address) : session_(std::move(address)) {}
    std::unique_ptr<ReadTransaction> begin() override {
        return std::make_unique<PostgresTransaction>(session_, session_.begin(begin_snapshot, ""));
    }

  private:
    PostgresSession session_;
};

class PostgresStore final : public Store {
  public:
    PostgresStore(PostgresAddress address, std::shared_ptr<PageBudget> budget)
        : address_(std::move(address)), budget_(std::move(budget)), session_(address_), lease_(address_) {}

    void prepare(const std::string& schema, bool must_exist) {
        session_.connection.open();
        prepare_layout(session_.connection, {schema, address_.shown, must_exist});
    }

    std::unique_ptr<Transaction> begin() override {
        return std::make_unique<PostgresTransaction>(session_, session_.begin(begin_write, " FOR UPDATE"));
    }
    std::unique_ptr<Transaction> begin_reading() override {
        return std::make_unique<PostgresTransaction>(session_, session_.begin(begin_snapshot, ""));
    }
    std::unique_ptr<Reader> open_reader() override { return std::make_unique<PostgresReader>(address_); }
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
};

void copy_rows(Transaction& from, Transaction& to, SpaceId space) {
    const auto rows = from.range(space, {}, Direction::forward);
    while (rows->next()) to.put(space, rows->key(), rows->value(), rows->size_bytes());
}

std::unique_ptr<Store> PostgresStore::fork() {
    std::unique_ptr<Store> fork = open_sqlite_in_memory({.page_budget = budget_});
    const auto source = begin_reading();
    const auto target = fork->begin();
    copy_rows(*source, *target, catalogue_space);
    for (const SpaceId space : source->spaces()) {
        target->create_space(space);
        copy_rows(*source, *target, space);
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
