#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/storage/open_store.hpp"
#include "engine/storage/sqlite_connection.hpp"
#include "tests/allocated_bytes.hpp"
#include "tests/catch.hpp"
#include "tests/storage/refusal.hpp"
#include "tests/storage/store_contract.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace::storage;
using tailrace::tests::allocated_bytes;
using tailrace::tests::refusal;
using tailrace::tests::sees_allocations;

namespace {

constexpr SpaceId read_space = contract_space;
/// The size of a row that has a page of the file for itself.
constexpr std::size_t row_of_a_page = 8000;

void put(Store& store, const std::string& key, std::size_t length, char letter = 'x') {
    write(store, [&](Transaction& transaction) {
        transaction.put(read_space, key, std::string(length, letter), 1);
    });
}

/// True if another process gets the same error as a second store in this process.
bool is_refused_elsewhere(const std::string& path) {
    const std::string wanted = "'" + path + "' is in use by another process";
    const pid_t child = ::fork();
    if (child == 0) ::_exit(refusal(path) == wanted ? 0 : 1);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("a file with readers is still refused to others", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = folder.path("data.db");
    {
        const auto store = store_with([&] { return open_store({path}); }, {"a"});
        CHECK(is_refused_elsewhere(path));
        const auto reader = store->open_reader();
        const auto snapshot = reader->begin();
        CHECK(value(*snapshot, read_space, "a") == "value of a");
        CHECK(refusal(path) == "'" + path + "' is in use by another process");
        CHECK(is_refused_elsewhere(path));
        CHECK(keys(*snapshot, read_space) == Keys{"a"});
        put(*store, "b", 1);
        CHECK(is_refused_elsewhere(path));
        // What the connections share is in memory.
        CHECK_FALSE(std::filesystem::exists(path + "-shm"));
    }
    CHECK_FALSE(std::filesystem::exists(path + "-wal"));
    CHECK(keys(*open_store({path})->begin(), read_space) == Keys{"a", "b"});
}

// A reading connection takes this lock when it begins in the middle of a commit.
TEST_CASE("a write waits while a reading connection holds the lock for writing", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = folder.path("data.db");
    const auto store = store_with([&] { return open_store({path}); }, {"a"});
    const auto reader = store->open_reader();
    const Connection other = open_connection(path);
    std::atomic<bool> is_running = false;
    const std::jthread holder([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            sqlite3_exec(other.get(), "BEGIN IMMEDIATE; COMMIT", nullptr, nullptr, nullptr);
            is_running = true;
            is_running.notify_one();
        }
    });
    is_running.wait(false);
    for (int i = 0; i < 300; ++i) put(*store, std::to_string(i), 1);
    CHECK(keys(*reader->begin(), read_space).size() == 301);
}

// As after the process was killed.
TEST_CASE("a file whose readers have not ended has everything that was committed", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = folder.path("data.db");
    const auto store = store_with([&] { return open_store({path}); }, {"a"});
    const auto reader = store->open_reader();
    const auto snapshot = reader->begin();
    put(*store, "b", 100'000);
    store->checkpoint(1);
    put(*store, "c", 100'000);
    std::filesystem::copy(path, folder.path("copy.db"));
    std::filesystem::copy(path + "-wal", folder.path("copy.db-wal"));
    CHECK(keys(*open_store({folder.path("copy.db")})->begin(), read_space) == Keys{"a", "b", "c"});
    CHECK(keys(*snapshot, read_space) == Keys{"a"});
}

TEST_CASE("short snapshots let the log of a file begin again", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = folder.path("data.db");
    const auto store = store_with([&] { return open_store({path}); }, {});
    const auto reader = store->open_reader();
    for (int i = 0; i < 1000; ++i) {
        put(*store, std::to_string(i % 50), 10 * row_of_a_page, i % 100 < 50 ? 'x' : 'y');
        CHECK(value(*reader->begin(), read_space, std::to_string(i % 50)).size() == 10 * row_of_a_page);
    }
    CHECK(std::filesystem::file_size(path + "-wal") < 10'000'000);
}

// The log cannot begin again while a snapshot reads it.
TEST_CASE("there are no new snapshots while the log of a file is too long", "[store]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string path = folder.path("data.db");
    const auto store = store_with([&] { return open_store({path}); }, {"a"});
    const auto reader = store->open_reader();
    const auto other_reader = store->open_reader();
    auto snapshot = reader->begin();
    const auto write_pages = [&](int count) {
        // SQLite does not write a page that stays the same.
        for (int i = 0; i < count; i += 10) put(*store, "b", 10 * row_of_a_page, i % 20 == 0 ? 'x' : 'y');
    };
    write_pages(3000);
    CHECK(other_reader->begin() != nullptr);
    write_pages(1200);
    CHECK(other_reader->begin() == nullptr);
    CHECK(keys(*snapshot, read_space) == Keys{"a"});
    CHECK(std::filesystem::file_size(path + "-wal") > 32'000'000);
    snapshot.reset();
    CHECK(reader->begin() == nullptr);
    // The first commit moves what is in the log, so that the second one begins it again.
    put(*store, "c", 1);
    put(*store, "d", 1);
    CHECK(keys(*reader->begin(), read_space) == Keys{"a", "b", "c", "d"});
    const auto size = std::filesystem::file_size(path + "-wal");
    write_pages(800);
    CHECK(std::filesystem::file_size(path + "-wal") == size);
}

TEST_CASE("a store in memory keeps no pages for a reader without a snapshot", "[store]") {
    if (!sees_allocations()) return;
    const auto store = store_with([] { return open_store({}); }, {});
    const auto write_all = [&](char letter) {
        write(*store, [&](Transaction& transaction) {
            for (int i = 0; i < 300; ++i)
                transaction.put(read_space, std::to_string(i), std::string(row_of_a_page, letter), 1);
        });
    };
    write_all('a');
    write_all('b');
    const auto reader = store->open_reader();
    CHECK(value(*reader->begin(), read_space, "0").front() == 'b');
    const std::ptrdiff_t before = allocated_bytes();
    write_all('c');
    CHECK(allocated_bytes() - before < 100'000);
    {
        const auto snapshot = reader->begin();
        write_all('d');
        CHECK(allocated_bytes() - before > 2'000'000);
        CHECK(value(*snapshot, read_space, "299").front() == 'c');
    }
    write_all('e');
    CHECK(allocated_bytes() - before < 100'000);
    CHECK(value(*reader->begin(), read_space, "299").front() == 'e');
}

TEST_CASE("there are no new snapshots near the limit on memory", "[store]") {
    const StoreOptions options{.page_budget = std::make_shared<PageBudget>(1100 * page_bytes, "no room")};
    const auto store = store_with([&] { return open_store(options); }, {"a"});
    const auto reader = store->open_reader();
    CHECK(keys(*reader->begin(), read_space) == Keys{"a"});
    int rows = 0;
    for (; rows < 100; ++rows) put(*store, std::to_string(rows), row_of_a_page);
    CHECK(reader->begin() == nullptr);
    const auto fill = [&] {
        for (;; ++rows) put(*store, std::to_string(rows), row_of_a_page);
    };
    CHECK_THROWS_WITH(fill(), "no room");
    CHECK(rows > 1000);
    // Existing rows can still be changed and removed.
    put(*store, "50", row_of_a_page, 'y');
    write(*store, [](Transaction& transaction) {
        for (int i = 0; i < 1000; ++i) transaction.erase(read_space, std::to_string(i));
    });
    CHECK(keys(*store->begin(), read_space, {"9", ""}).size() < 20);
}
