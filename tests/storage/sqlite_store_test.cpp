#include "engine/storage/sqlite_store.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/file_size_limit.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace::storage;

namespace {

constexpr SpaceId space = 7;

std::vector<std::string> keys(Transaction& transaction, const KeyRange& range, Direction direction) {
    std::vector<std::string> found;
    const auto cursor = transaction.range(space, range, direction);
    while (cursor->next()) found.emplace_back(cursor->key());
    return found;
}

std::unique_ptr<Store> store_with(const std::vector<std::string>& rows) {
    auto store = open_sqlite({});
    const auto transaction = store->begin();
    transaction->create_space(space);
    for (const std::string& key : rows) transaction->put(space, key, "value of " + key, 3);
    transaction->commit();
    return store;
}

std::string refusal(const std::string& path) {
    try {
        open_sqlite({path});
        return "opened";
    } catch (const StorageError& error) {
        return error.what();
    }
}

void run_sql(const std::string& path, const std::string& sql) {
    sqlite3* connection = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &connection) == SQLITE_OK);
    REQUIRE(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_close(connection) == SQLITE_OK);
}

/// A database file as a start and an end of Tailrace leave it, with a change made to it.
std::string changed_file(const tailrace::tests::TemporaryFolder& folder, const std::string& sql) {
    std::string path = folder.path("changed.db");
    std::filesystem::remove(path);
    open_sqlite({path});
    run_sql(path, sql);
    return path;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("rows are read back with their sizes", "[store]") {
    const auto store = store_with({"a"});
    const auto transaction = store->begin();
    const auto stored = transaction->get(space, "a");
    REQUIRE(stored.has_value());
    CHECK(stored->bytes == "value of a");
    CHECK(stored->size_bytes == 3);
    CHECK_FALSE(transaction->get(space, "b").has_value());
    transaction->put(space, "a", "new", 9);
    CHECK(transaction->get(space, "a")->bytes == "new");
    CHECK(transaction->erase(space, "a"));
    CHECK_FALSE(transaction->erase(space, "a"));
}

TEST_CASE("ranges include their lower end, exclude their upper and run both ways", "[store]") {
    const auto store = store_with({"a", "b", "b1", "c", std::string("\xff\xff")});
    const auto transaction = store->begin();
    CHECK(keys(*transaction, {"a", "c"}, Direction::forward) == Keys{"a", "b", "b1"});
    CHECK(keys(*transaction, {"b", "c"}, Direction::backward) == Keys{"b1", "b"});
    CHECK(keys(*transaction, {"b1", ""}, Direction::forward) == Keys{"b1", "c", "\xff\xff"});
    CHECK(keys(*transaction, {"", ""}, Direction::backward) == Keys{"\xff\xff", "c", "b1", "b", "a"});
    CHECK(keys(*transaction, {"d", "e"}, Direction::forward).empty());
}

TEST_CASE("cursors can be nested", "[store]") {
    const auto store = store_with({"a", "b"});
    const auto transaction = store->begin();
    Keys pairs;
    const auto outer = transaction->range(space, {}, Direction::forward);
    while (outer->next()) {
        const auto inner = transaction->range(space, {}, Direction::forward);
        while (inner->next()) pairs.push_back(std::string(outer->key()) + std::string(inner->key()));
    }
    CHECK(pairs == Keys{"aa", "ab", "ba", "bb"});
}

// Decide, then write once: what was not committed was never there, spaces included.
TEST_CASE("a transaction without commit leaves nothing", "[store]") {
    const auto store = store_with({"a"});
    {
        const auto transaction = store->begin();
        transaction->put(space, "b", "x", 1);
        transaction->create_space(8);
        transaction->put(8, "c", "x", 1);
    }
    const auto transaction = store->begin();
    CHECK(keys(*transaction, {}, Direction::forward) == Keys{"a"});
    transaction->create_space(8);
    CHECK_FALSE(transaction->get(8, "c").has_value());
}

TEST_CASE("a dropped space can be made again, empty", "[store]") {
    const auto store = store_with({"a"});
    const auto transaction = store->begin();
    transaction->drop_space(space);
    transaction->create_space(space);
    CHECK(keys(*transaction, {}, Direction::forward).empty());
    transaction->commit();
}

TEST_CASE("a file keeps what was committed", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = folder.path("data.db");
    {
        const auto store = open_sqlite({path});
        const auto transaction = store->begin();
        transaction->create_space(space);
        transaction->put(space, "a", "kept", 1);
        transaction->commit();
    }
    const auto store = open_sqlite({path});
    CHECK(store->begin()->get(space, "a")->bytes == "kept");
}

TEST_CASE("a file that cannot serve is refused in one line", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string text = folder.path("text.db");
    std::ofstream(text) << std::string(4096, 'x');
    CHECK(refusal(text) == "'" + text + "' is not a database file");

    const std::string missing = folder.path("no/such/folder/data.db");
    CHECK(refusal(missing) == "cannot open the database file '" + missing + "': No such file or directory");

    const std::string open = folder.path("open.db");
    const auto holder = open_sqlite({open});
    CHECK(refusal(open) == "'" + open + "' is in use by another process");
}

TEST_CASE("what is no file for a database is refused with its kind", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string inside = folder.path("");
    CHECK(refusal(inside) == "'" + inside + "' is a folder, not a file");
    const std::string pipe = folder.path("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(refusal(pipe) == "'" + pipe + "' is not a regular file");
    const std::string below_a_file = folder.path("text/data.db");
    std::ofstream(folder.path("text")) << "x";
    CHECK(refusal(below_a_file) == "cannot open the database file '" + below_a_file + "': Not a directory");
}

// What is not ours, or not whole, is somebody's data: it is named, and not one byte of it changes.
TEST_CASE("a file of another layout or program is refused and left as it was", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::vector<std::pair<std::string, std::string>> refusals = {
        {"PRAGMA user_version = -1", " is damaged: it says that it has the layout -1, which there never was"},
        {"PRAGMA user_version = 0", " is damaged: it says that it has the layout 0, which there never was"},
        {"PRAGMA user_version = 3",
         " was written by a newer version of Tailrace (layout 3; this one knows up to 2)"},
        {"DROP TABLE space_0", " is damaged: it has no catalogue (the table space_0)"},
        {"ALTER TABLE space_0 RENAME COLUMN size_bytes TO bytes",
         " is damaged: it has no catalogue (the table space_0)"},
        {"PRAGMA application_id = 7", " is a database of another program, not Tailrace's"},
        {"PRAGMA application_id = 0", " is a database of another program, not Tailrace's"},
        {"PRAGMA application_id = 0; DROP TABLE space_0",
         " is a database of another program, not Tailrace's"},
    };
    for (const auto& [sql, why] : refusals) {
        const std::string path = changed_file(folder, sql);
        const std::string before = folder.read("changed.db");
        CHECK(refusal(path) == "'" + path + "'" + why);
        CHECK(folder.read("changed.db") == before);
        CHECK_FALSE(std::filesystem::exists(path + ".layout-1.bak"));
    }
}

TEST_CASE("a file of an older layout is kept before it is brought up to date", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = changed_file(folder, "PRAGMA user_version = 1");
    run_sql(path, "INSERT INTO space_0 VALUES (x'61', 1, 'kept')");
    const std::string backup = path + ".layout-1.bak";
    std::vector<std::string> notices;
    const SqliteOptions options{path, [&](const std::string& text) { notices.push_back(text); }};
    CHECK(open_sqlite(options)->begin()->get(catalogue_space, "a")->bytes == "kept");
    const std::string begin = "'" + path + "' is brought from layout 1 to 2; '" + backup + "'";
    CHECK(notices == std::vector<std::string>{begin + " keeps it as it was"});
    CHECK_FALSE(std::filesystem::exists(backup + ".part"));

    // It is whole: it can be opened, and is of the old layout.
    run_sql(path, "PRAGMA user_version = 1; DELETE FROM space_0");
    open_sqlite(options);
    CHECK(notices.back() == begin + " is there already and stays as it is");
    notices.clear();
    open_sqlite(options);
    CHECK(notices.empty());
    std::filesystem::remove(path);
    std::filesystem::copy(backup, path);
    CHECK(open_sqlite({path})->begin()->get(catalogue_space, "a")->bytes == "kept");
}

TEST_CASE("a file that cannot be backed up is not brought up to date", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = changed_file(folder, "PRAGMA user_version = 1");
    const std::string before = folder.read("changed.db");
    std::string why;
    {
        const tailrace::tests::FileSizeLimit small(512);
        why = refusal(path);
    }
    const std::string begin =
        "'" + path + "' has the layout 1 and is not brought up to date, because it cannot be backed up to '" +
        path + ".layout-1.bak': ";
    CHECK(why.substr(0, begin.size()) == begin);
    CHECK(why.size() > begin.size());
    CHECK(folder.read("changed.db") == before);
    CHECK_FALSE(std::filesystem::exists(path + ".layout-1.bak"));
    CHECK_FALSE(std::filesystem::exists(path + ".layout-1.bak.part"));
    CHECK(refusal(path) == "opened");
}

// A disk that is full, or a limit of size: the transaction fails with the reason, and the next one works.
TEST_CASE("a write beyond the limit of size fails alone", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const auto store = open_sqlite({folder.path("data.db")});
    const auto put = [&](const std::string& key) {
        const auto transaction = store->begin();
        transaction->put(catalogue_space, key, std::string(1'000'000, 'x'), 1);
        transaction->commit();
    };
    put("a");
    {
        const tailrace::tests::FileSizeLimit full(1'200'000);
        std::string reason;
        try {
            put("b");
        } catch (const StorageError& error) {
            reason = error.what();
        }
        CHECK(reason == "committing a transaction: disk I/O error (File too large)");
        CHECK(store->begin()->get(catalogue_space, "a").has_value());
        CHECK_FALSE(store->begin()->get(catalogue_space, "b").has_value());
    }
    put("b");
    CHECK(store->begin()->get(catalogue_space, "b").has_value());
}

// Long work does it between its slices, so that no commit does it on top of its own.
TEST_CASE("a checkpoint moves what is in the log when it is enough", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = folder.path("log.db");
    const auto store = open_sqlite({path});
    const auto transaction = store->begin();
    transaction->create_space(space);
    for (int i = 0; i < 100; ++i) transaction->put(space, std::to_string(i), std::string(4000, 'x'), 1);
    transaction->commit();
    CHECK_FALSE(store->checkpoint(1000));
    CHECK(std::filesystem::file_size(path) < 100'000);
    CHECK(store->checkpoint(100));
    CHECK(std::filesystem::file_size(path) > 400'000);
    CHECK_FALSE(store->checkpoint(1));
}

TEST_CASE("a log of a thousand pages is moved by the commit that makes it so long", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = folder.path("log.db");
    const auto store = open_sqlite({path});
    const auto transaction = store->begin();
    transaction->create_space(space);
    for (int i = 0; i < 1100; ++i) transaction->put(space, std::to_string(i), std::string(4000, 'x'), 1);
    transaction->commit();
    CHECK(std::filesystem::file_size(path) > 4'400'000);
    CHECK_FALSE(store->checkpoint(1));
}

TEST_CASE("a store in memory has nothing to move", "[store]") {
    CHECK_FALSE(store_with({"a"})->checkpoint(1));
}
