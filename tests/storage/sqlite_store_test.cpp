#include "engine/storage/open_store.hpp"

#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/allocated_bytes.hpp"
#include "tests/catch.hpp"
#include "tests/file_size_limit.hpp"
#include "tests/run_sql.hpp"
#include "tests/storage/refusal.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace::storage;
using tailrace::tests::allocated_bytes;
using tailrace::tests::refusal;
using tailrace::tests::run_sql;
using tailrace::tests::sees_allocations;

namespace {

constexpr SpaceId space = 7;

/// A database file as Tailrace leaves it after a start and a stop, then changed by `sql`.
std::string changed_file(const tailrace::tests::TemporaryFolder& folder, const std::string& sql) {
    std::string path = folder.path("changed.db");
    std::filesystem::remove(path);
    open_store({path});
    run_sql(path, sql);
    return path;
}

}  // namespace

TEST_CASE("a file keeps what was committed", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = folder.path("data.db");
    {
        const auto store = open_store({path});
        const auto transaction = store->begin();
        transaction->create_space(space);
        transaction->put(space, "a", "kept", 1);
        transaction->commit();
    }
    const auto store = open_store({path});
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
    const auto holder = open_store({open});
    CHECK(refusal(open) == "'" + open + "' is in use by another process");
}

TEST_CASE("a path that cannot be a database is refused, and the message says what it is", "[store]") {
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

// A file that is not ours, or is damaged, is somebody's data: the message names it, and not one byte of it
// changes.
TEST_CASE("a file of another layout or program is refused and left as it was", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::vector<std::pair<std::string, std::string>> refusals = {
        {"PRAGMA user_version = -1", " is damaged: it has layout -1, which does not exist"},
        {"PRAGMA user_version = 0", " is damaged: it has layout 0, which does not exist"},
        {"PRAGMA user_version = 5",
         " was written by a newer version of Tailrace (layout 5; this version supports layouts up to 4)"},
        {"DROP TABLE space_0", " is damaged: it has no catalogue (the table space_0)"},
        {"ALTER TABLE space_0 RENAME COLUMN size_bytes TO bytes",
         " is damaged: it has no catalogue (the table space_0)"},
        {"PRAGMA application_id = 7", " is the database of another program, not a Tailrace database"},
        {"PRAGMA application_id = 0", " is the database of another program, not a Tailrace database"},
        {"PRAGMA application_id = 0; DROP TABLE space_0",
         " is the database of another program, not a Tailrace database"},
    };
    for (const auto& [sql, why] : refusals) {
        const std::string path = changed_file(folder, sql);
        const std::string before = folder.read("changed.db");
        CHECK(refusal(path) == "'" + path + "'" + why);
        CHECK(folder.read("changed.db") == before);
        CHECK_FALSE(std::filesystem::exists(path + ".layout-1.bak"));
    }
}

TEST_CASE("a file of an older layout is backed up before it is upgraded", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = changed_file(folder, "PRAGMA user_version = 1");
    run_sql(path, "INSERT INTO space_0 VALUES (x'61', 1, 'kept')");
    const std::string backup = path + ".layout-1.bak";
    std::vector<std::string> notices;
    const StoreOptions options{.location = path,
                               .notice = [&](const std::string& text) { notices.push_back(text); }};
    CHECK(open_store(options)->begin()->get(catalogue_space, "a")->bytes == "kept");
    const std::string begin = "'" + path + "' is upgraded from layout 1 to 4; '" + backup + "'";
    CHECK(notices == std::vector<std::string>{begin + " is a backup of it"});
    CHECK_FALSE(std::filesystem::exists(backup + ".part"));

    // The backup is complete: it can be opened and has the old layout.
    run_sql(path, "PRAGMA user_version = 1; DELETE FROM space_0");
    open_store(options);
    CHECK(notices.back() == begin + " already exists and is kept");
    notices.clear();
    open_store(options);
    CHECK(notices.empty());
    std::filesystem::remove(path);
    std::filesystem::copy(backup, path);
    CHECK(open_store({path})->begin()->get(catalogue_space, "a")->bytes == "kept");
}

TEST_CASE("a file that cannot be backed up is not upgraded", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = changed_file(folder, "PRAGMA user_version = 1");
    const std::string before = folder.read("changed.db");
    std::string why;
    {
        const tailrace::tests::FileSizeLimit small(512);
        why = refusal(path);
    }
    const std::string begin = "'" + path +
                              "' has layout 1 and is not upgraded, because it cannot be backed up to '" +
                              path + ".layout-1.bak': ";
    CHECK(why.substr(0, begin.size()) == begin);
    CHECK(why.size() > begin.size());
    CHECK(folder.read("changed.db") == before);
    CHECK_FALSE(std::filesystem::exists(path + ".layout-1.bak"));
    CHECK_FALSE(std::filesystem::exists(path + ".layout-1.bak.part"));
    CHECK(refusal(path) == "opened");
}

// If the disk is full, or a size limit is reached, the transaction fails with the reason, and the next one
// works.
TEST_CASE("a write beyond the limit of size fails alone", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const auto store = open_store({folder.path("data.db")});
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
        CHECK(reason == "writing a row: disk I/O error (File too large)");
        CHECK(store->begin()->get(catalogue_space, "a").has_value());
        CHECK_FALSE(store->begin()->get(catalogue_space, "b").has_value());
    }
    put("b");
    CHECK(store->begin()->get(catalogue_space, "b").has_value());
}

// Long work makes a checkpoint between its slices, so that no commit has to make one in addition to its own
// work.
TEST_CASE("a checkpoint moves what is in the log when it is enough", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = folder.path("log.db");
    const auto store = open_store({path});
    const auto transaction = store->begin();
    transaction->create_space(space);
    for (int i = 0; i < 100; ++i) transaction->put(space, std::to_string(i), std::string(8000, 'x'), 1);
    transaction->commit();
    CHECK_FALSE(store->checkpoint(1000));
    CHECK(std::filesystem::file_size(path) < 100'000);
    CHECK(store->checkpoint(100));
    CHECK(std::filesystem::file_size(path) > 800'000);
    CHECK_FALSE(store->checkpoint(1));
}

TEST_CASE("a log of a thousand pages is moved by the commit that makes it so long", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = folder.path("log.db");
    const auto store = open_store({path});
    const auto transaction = store->begin();
    transaction->create_space(space);
    for (int i = 0; i < 1100; ++i) transaction->put(space, std::to_string(i), std::string(8000, 'x'), 1);
    transaction->commit();
    CHECK(std::filesystem::file_size(path) > 8'800'000);
    CHECK_FALSE(store->checkpoint(1));
}

/// The number of times that this process has asked the system to write.
std::uint64_t system_writes() {
    std::ifstream numbers("/proc/self/io");
    std::string name;
    std::uint64_t value = 0;
    while (numbers >> name >> value) {
        if (name == "syscw:") return value;
    }
    return 0;
}

// SQLite by itself writes a page of the log in two calls. This transaction has 28 pages.
TEST_CASE("a commit writes its pages to the log at once", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = folder.path("log.db");
    const auto store = open_store({path});
    const auto transaction = store->begin();
    transaction->create_space(space);
    transaction->commit();
    for (int i = 0; i < 200; ++i) transaction->put(space, std::to_string(i), std::string(1000, 'x'), 1);
    const std::uint64_t before = system_writes();
    REQUIRE(before > 0);
    transaction->commit();
    CHECK(system_writes() - before < 20);
    CHECK(std::filesystem::file_size(path + "-wal") > 200'000);
    // What is committed is in the file, whoever reads it.
    std::filesystem::copy(path, folder.path("copy.db"));
    std::filesystem::copy(path + "-wal", folder.path("copy.db-wal"));
    CHECK(open_store({folder.path("copy.db")})->begin()->get(space, "199").has_value());
}

// A page of 8 KB takes three rows of 2.5 KB. SQLite by itself would give each of them a page.
TEST_CASE("large values share pages", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = folder.path("large.db");
    const auto store = open_store({path});
    const auto transaction = store->begin();
    transaction->create_space(space);
    for (int i = 0; i < 600; ++i) transaction->put(space, std::to_string(i), std::string(2500, 'x'), 1);
    transaction->commit();
    store->checkpoint(1);
    CHECK(std::filesystem::file_size(path) < 1'800'000);
    // Their room in the file is used again.
    for (int i = 0; i < 600; ++i) transaction->put(space, std::to_string(i), std::string(2501, 'y'), 1);
    transaction->commit();
    store->checkpoint(1);
    CHECK(std::filesystem::file_size(path) < 1'800'000);
}

TEST_CASE("a store in memory has nothing to move", "[store]") {
    CHECK_FALSE(open_store({})->checkpoint(1));
}

// In memory, these rows would never be read again, but would make every write slower.
TEST_CASE("only a file has mirrored rows", "[store]") {
    struct Count final : MirroredRows {
        void write(Transaction& transaction) const override {
            transaction.put(catalogue_space, "count", "1", 1);
        }
    };
    const auto is_written = [](Store& store) {
        const auto transaction = store.begin();
        transaction->write_mirrored(Count());
        return transaction->get(catalogue_space, "count").has_value();
    };
    const tailrace::tests::TemporaryFolder folder;
    const auto file = open_store({folder.path("data.db")});
    CHECK(is_written(*file));
    CHECK_FALSE(is_written(*file->fork()));
    CHECK_FALSE(is_written(*open_store({})));
}

TEST_CASE("a store in memory writes the rows that it has left out before a fork, and only once", "[store]") {
    struct Count final : MirroredRows {
        void write(Transaction& transaction) const override {
            transaction.put(catalogue_space, "count", std::to_string(++writes), 1);
        }
        mutable int writes = 0;
    };
    const auto store = open_store({});
    const Count count;
    const auto counted = [&] {
        store->write_left_out(count);
        const auto found = store->fork()->begin()->get(catalogue_space, "count");
        return found ? found->bytes : "nothing";
    };
    CHECK(counted() == "nothing");
    for (const char* writes : {"1", "2"}) {
        const auto transaction = store->begin();
        transaction->write_mirrored(count);
        transaction->commit();
        CHECK(counted() == writes);
        CHECK(counted() == writes);
    }
}

TEST_CASE("a store in memory that rests has no connection until it is used", "[store]") {
    if (!sees_allocations()) return;
    const std::ptrdiff_t nothing = allocated_bytes();
    const auto store = open_store({});
    CHECK(allocated_bytes() - nothing < 2'000);
    {
        const auto transaction = store->begin();
        transaction->create_space(space);
        transaction->commit();
    }
    CHECK(allocated_bytes() - nothing > 60'000);
    store->rest();
    // Only the few pages of the database itself are left.
    CHECK(allocated_bytes() - nothing < 30'000);
    CHECK(store->begin()->spaces() == std::vector<SpaceId>{space});
    CHECK(allocated_bytes() - nothing > 60'000);
}
