#include "engine/storage/memory_vfs.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/catch.hpp"
#include "tests/storage/shared_page_count.hpp"

using namespace tailrace::storage;
using tailrace::tests::shared_page_count;

namespace {

/// A database in memory, together with the rows that it must have. Opened when it is first used.
class Database {
  public:
    Database() { run("CREATE TABLE rows (key INTEGER PRIMARY KEY, value TEXT) WITHOUT ROWID"); }

    Database fork() const { return {pages_.fork(), rows_}; }
    const SharedPages& pages() const { return pages_; }

    void run(const std::string& sql) { execute(connection(), sql); }
    void put(int key, int length) {
        const std::string value = std::to_string(length) + std::string(static_cast<std::size_t>(length), 'x');
        run("INSERT OR REPLACE INTO rows VALUES (" + std::to_string(key) + ", '" + value + "')");
        rows_[key] = value;
    }
    void erase(int from, int to) {
        run("DELETE FROM rows WHERE key >= " + std::to_string(from) + " AND key < " + std::to_string(to));
        rows_.erase(rows_.lower_bound(from), rows_.lower_bound(to));
    }
    /// Runs `work` in a transaction and undoes it.
    template <typename Work>
    void undo(const Work& work) {
        const std::map<int, std::string> before = rows_;
        run("BEGIN");
        work();
        run("ROLLBACK");
        rows_ = before;
    }

    void check() {
        const Statement rows = prepare(connection(), "SELECT key, value FROM rows ORDER BY key");
        std::map<int, std::string> found;
        while (sqlite3_step(rows.get()) == SQLITE_ROW)
            found[sqlite3_column_int(rows.get(), 0)] = text(rows, 1);
        CHECK((found == rows_));
        const Statement integrity = prepare(connection(), "PRAGMA integrity_check");
        CHECK(sqlite3_step(integrity.get()) == SQLITE_ROW);
        CHECK(text(integrity, 0) == "ok");
    }

  private:
    Database(SharedPages pages, std::map<int, std::string> rows)
        : pages_(std::move(pages)), rows_(std::move(rows)) {}

    sqlite3* connection() {
        if (!connection_) connection_ = open_connection(pages_);
        return connection_.get();
    }
    static std::string text(const Statement& statement, int column) {
        return reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), column));
    }

    SharedPages pages_;
    Connection connection_;
    std::map<int, std::string> rows_;
};

/// Forks that are written, forked and dropped at random.
class Forks {
  public:
    explicit Forks(unsigned seed) : random_(seed) { databases_.push_back(std::make_unique<Database>()); }

    void step() {
        Database& database = *databases_[random_() % databases_.size()];
        switch (below(8)) {
            case 0:
                if (databases_.size() < 12) databases_.push_back(fork_of(database));
                return;
            case 1:
                if (databases_.size() > 1) databases_.erase(databases_.begin() + below(databases_.size()));
                return;
            case 2:
                return database.undo([&] { write(database, 20); });
            case 3:
                return database.check();
            case 4:
                database.run("BEGIN");
                write(database, 20);
                return database.run("COMMIT");
            default:
                return write(database, 1);
        }
    }
    void check() {
        for (const auto& database : databases_) database->check();
    }

  private:
    static std::unique_ptr<Database> fork_of(const Database& database) {
        return std::make_unique<Database>(database.fork());
    }
    int below(std::size_t limit) { return static_cast<int>(random_() % limit); }
    void write(Database& database, int rows) {
        for (int i = 0; i < rows; ++i) {
            const int key = below(3000);
            // Some rows need pages of their own.
            if (below(4) != 0) {
                database.put(key, below(10) == 0 ? below(20'000) : below(500));
            } else {
                database.erase(key, key + below(100));
            }
        }
    }

    std::mt19937 random_;
    std::vector<std::unique_ptr<Database>> databases_;
};

}  // namespace

TEST_CASE("forks of a database, written at random, have what was written to each", "[pages]") {
    for (const unsigned seed : {1U, 2U}) {
        CAPTURE(seed);
        Forks forks(seed);
        constexpr int steps = 300;
        for (int i = 0; i < steps; ++i) forks.step();
        forks.check();
    }
}

TEST_CASE("a write to a fork takes the pages that it changes", "[pages]") {
    Database database;
    database.run("BEGIN");
    for (int key = 0; key < 3000; ++key) database.put(key, 500);
    database.run("COMMIT");
    const std::size_t pages = database.pages().size_bytes() / page_bytes;
    CHECK(pages > 200);

    Database fork = database.fork();
    CHECK(shared_page_count(database.pages(), fork.pages()) == pages);
    fork.check();
    CHECK(shared_page_count(database.pages(), fork.pages()) == pages);
    // Two pages are no longer shared: the row's, and the first one, in which a connection's first write is
    // counted.
    fork.put(1500, 500);
    CHECK(shared_page_count(database.pages(), fork.pages()) == pages - 2);
    fork.put(1500, 499);
    CHECK(shared_page_count(database.pages(), fork.pages()) == pages - 2);
    fork.undo([&] { fork.erase(0, 3000); });
    CHECK(shared_page_count(database.pages(), fork.pages()) == pages - 2);
    fork.check();
    database.check();
}

TEST_CASE("a database in memory makes no file", "[pages]") {
    Database database;
    database.put(1, 100);
    database.run("CREATE TEMP TABLE t (n); INSERT INTO t SELECT value FROM rows");
    CHECK_FALSE(std::filesystem::exists("memory"));
    CHECK_FALSE(std::filesystem::exists("memory-journal"));
}
