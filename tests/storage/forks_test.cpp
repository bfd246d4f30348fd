#include <array>
#include <atomic>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/storage/open_store.hpp"
#include "tests/catch.hpp"
#include "tests/run_sql.hpp"
#include "tests/storage/page_memory.hpp"
#include "tests/storage/store_contract.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::storage;

namespace {

constexpr SpaceId forked_space = 7;
constexpr int rows = 500;

std::string key_of(int number) {
    return "key " + std::to_string(1000 + number);
}

void put_rows(Store& store, const std::string& value) {
    write(store, [&](Transaction& transaction) {
        for (int i = 0; i < rows; ++i) transaction.put(forked_space, key_of(i), value, 1);
    });
}

std::unique_ptr<Store> filled_store(const std::string& value, const std::string& location = "") {
    auto store = open_store({location});
    write(*store, [](Transaction& transaction) { transaction.create_space(forked_space); });
    put_rows(*store, value);
    return store;
}

/// True if each row has that value.
bool has_rows(Store& store, const std::string& value) {
    const auto transaction = store.begin();
    const auto cursor = transaction->range(forked_space, {}, Direction::forward);
    int found = 0;
    while (cursor->next()) {
        if (cursor->value() != value) return false;
        ++found;
    }
    return found == rows;
}

std::string failure_of(Store& store, const std::string& value) {
    try {
        put_rows(store, value);
        return "committed";
    } catch (const StorageError& error) {
        return error.what();
    }
}

const std::string old_value(1000, 'o');
const std::string new_value(1000, 'n');

}  // namespace

TEST_CASE("a fork keeps the contract of a store", "[store]") {
    check_store_contract([] { return open_store({})->fork(); });
}

TEST_CASE("a fork of a file keeps the contract of a store", "[store]") {
    const tests::TemporaryFolder folder;
    int files = 0;
    check_store_contract([&] { return open_store({folder.path(std::to_string(++files))})->fork(); });
}

TEST_CASE("a file with smaller pages keeps them, and can be forked", "[store]") {
    const tests::TemporaryFolder folder;
    int files = 0;
    const auto small_paged_file = [&] {
        std::string path = folder.path(std::to_string(++files));
        tests::run_sql(path, "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL");
        return path;
    };
    check_store_contract([&] { return open_store({small_paged_file()}); });
    check_store_contract([&] { return open_store({small_paged_file()})->fork(); });
    const auto fork = filled_store(old_value, small_paged_file())->fork();
    std::ifstream file(folder.path(std::to_string(files)));
    constexpr int page_size_offset = 16;
    file.seekg(page_size_offset);
    const int high_byte = file.get();
    CHECK(high_byte * 256 + file.get() == 4096);
    put_rows(*fork, new_value);
    CHECK(has_rows(*fork->fork(), new_value));
}

TEST_CASE("a fork of a file has what was committed, even when that is still in the log", "[store]") {
    const tests::TemporaryFolder folder;
    auto file = filled_store(old_value, folder.path("data.db"));
    const auto fork = file->fork();
    put_rows(*file, new_value);
    file.reset();
    CHECK(has_rows(*fork, old_value));
    const auto second = fork->fork();
    put_rows(*second, new_value);
    CHECK(has_rows(*fork, old_value));
}

TEST_CASE("a fork after a transaction that was given up has nothing of it", "[store]") {
    const auto store = filled_store(old_value);
    {
        const auto transaction = store->begin();
        transaction->create_space(8);
        for (int i = 0; i < rows; ++i) transaction->put(forked_space, key_of(i), new_value, 1);
    }
    const auto fork = store->fork();
    CHECK(has_rows(*fork, old_value));
    CHECK(has_rows(*store, old_value));
    CHECK(fork->begin()->spaces() == std::vector<SpaceId>{forked_space});
    put_rows(*store, new_value);
    CHECK(has_rows(*store, new_value));
}

// The commit fails when some of its pages are already written.
TEST_CASE("a commit for which there is no memory fails as a whole, and the next one succeeds", "[store]") {
    const auto store = filled_store(old_value);
    const auto fork = store->fork();
    CHECK(has_rows(*fork, old_value));
    {
        const tests::PageMemory few(20);
        CHECK(failure_of(*fork, new_value) == "committing a transaction: out of memory");
        CHECK(has_rows(*fork, old_value));
        CHECK(has_rows(*fork->fork(), old_value));
    }
    {
        const tests::PageMemory none(0);
        const auto transaction = fork->begin();
        transaction->put(forked_space, key_of(1), new_value, 1);
        CHECK_THROWS_WITH(transaction->commit(), "writing a row: out of memory");
    }
    CHECK(has_rows(*fork, old_value));
    put_rows(*fork, new_value);
    CHECK(has_rows(*fork, new_value));
    CHECK(has_rows(*store, old_value));
}

TEST_CASE("a write beyond the memory for stores is refused as a whole, and rows can still be removed",
          "[store]") {
    const auto budget = std::make_shared<PageBudget>(1U << 20U, "no room");
    const auto store = open_store({.page_budget = budget});
    write(*store, [](Transaction& transaction) { transaction.create_space(forked_space); });
    int kept = 0;
    const auto put_one = [&](int number) {
        write(*store, [&](Transaction& transaction) {
            transaction.put(forked_space, key_of(number), old_value, 1);
            transaction.put(catalogue_space, "newest", std::to_string(number), 1);
        });
    };
    CHECK_THROWS_MATCHES(
        [&] {
            for (; kept < 2000; ++kept) put_one(kept);
        }(),
        MemoryLimitReached, Catch::Matchers::Message("no room"));
    CHECK(kept > 100);
    CHECK(kept < 1000);
    CHECK(store->begin()->get(forked_space, key_of(kept - 1))->bytes == old_value);
    CHECK_FALSE(store->begin()->get(forked_space, key_of(kept)));
    CHECK(store->begin()->get(catalogue_space, "newest")->bytes == std::to_string(kept - 1));
    // Forks share the budget. A page that two forks share counts once.
    {
        const auto fork = store->fork();
        CHECK(fork->begin()->get(forked_space, key_of(0))->bytes == old_value);
        CHECK(failure_of(*fork, new_value) == "no room");
    }
    write(*store, [&](Transaction& transaction) {
        for (int i = 0; i < 100; ++i) transaction.erase(forked_space, key_of(i));
    });
    CHECK_FALSE(store->begin()->get(forked_space, key_of(99)));
    CHECK_NOTHROW(put_one(0));
    CHECK(store->begin()->get(forked_space, key_of(0))->bytes == old_value);
}

TEST_CASE("an empty store is opened and read without any memory for stores", "[store]") {
    const auto store = open_store({.page_budget = std::make_shared<PageBudget>(0, "no room")});
    CHECK(store->begin()->spaces().empty());
    CHECK_THROWS_AS(write(*store, [](Transaction& transaction) { transaction.create_space(forked_space); }),
                    MemoryLimitReached);
    CHECK(store->begin()->spaces().empty());
}

TEST_CASE("a fork of a file counts in the memory for stores", "[store]") {
    const tests::TemporaryFolder folder;
    const auto budget = std::make_shared<PageBudget>(1U << 18U, "no room");
    const auto file = open_store({.location = folder.path("data.db"), .page_budget = budget});
    write(*file, [](Transaction& transaction) { transaction.create_space(forked_space); });
    CHECK(file->fork()->begin()->spaces() == std::vector<SpaceId>{forked_space});
    put_rows(*file, old_value);
    CHECK_THROWS_AS(file->fork(), MemoryLimitReached);
    CHECK(has_rows(*file, old_value));
}

// Each store has a lock of its own, so forks that share pages are used by several threads at once.
TEST_CASE("forks are written, forked and dropped by several threads at once", "[store]") {
    const auto store = filled_store(old_value);
    std::atomic<int> wrong = 0;
    std::array<std::unique_ptr<Store>, 4> forks;
    for (auto& fork : forks) fork = store->fork();
    {
        std::vector<std::jthread> threads;
        threads.reserve(forks.size());
        for (const auto& fork : forks) {
            threads.emplace_back([&wrong, own = fork.get()] {
                for (int round = 0; round < 4; ++round) {
                    const std::string value(1000, static_cast<char>('a' + round));
                    const auto before = own->fork();
                    put_rows(*own, value);
                    const auto after = own->fork();
                    put_rows(*before, new_value);
                    if (!has_rows(*own, value) || !has_rows(*after, value)) ++wrong;
                }
            });
        }
    }
    CHECK(wrong == 0);
    CHECK(has_rows(*store, old_value));
}
