#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/catch.hpp"
#include "tests/storage/store_contract.hpp"

namespace tailrace::storage {
namespace {

constexpr SpaceId rows_space = contract_space;
constexpr SpaceId other_space = rows_space + 1;

std::string long_text(char letter) {
    return std::string(100'000, letter);
}

void put(Store& store, const std::string& key, const std::string& text, SpaceId to = rows_space) {
    write(store, [&](Transaction& transaction) { transaction.put(to, key, text, 5); });
}

void check_snapshots(const OpenStore& open) {
    SECTION("a snapshot has what was committed before it, with sizes, in both directions") {
        const auto store = store_with(open, {"a", "b", "c"});
        const auto reader = store->open_reader();
        const auto snapshot = reader->begin();
        CHECK(snapshot->get(rows_space, "b")->bytes == "value of b");
        CHECK(snapshot->get(rows_space, "b")->size_bytes == 3);
        CHECK_FALSE(snapshot->get(rows_space, "d").has_value());
        const Keys wanted{"c", "no"};
        const auto found = snapshot->get_many(rows_space, wanted);
        CHECK(found[0]->bytes == "value of c");
        CHECK_FALSE(found[1].has_value());
        CHECK(keys(*snapshot, rows_space, {"b", ""}) == Keys{"b", "c"});
        CHECK(keys(*snapshot, rows_space, {"", "c"}, Direction::backward) == Keys{"b", "a"});
    }
    SECTION("a snapshot does not change until it ends") {
        const auto store = store_with(open, {"a", "b"});
        const auto reader = store->open_reader();
        auto snapshot = reader->begin();
        const auto cursor = snapshot->range(rows_space, {}, Direction::forward);
        REQUIRE(cursor->next());
        write(*store, [](Transaction& transaction) {
            transaction.erase(rows_space, "b");
            transaction.put(rows_space, "a", "new", 1);
            transaction.put(rows_space, "c", "new", 1);
        });
        CHECK(cursor->value() == "value of a");
        REQUIRE(cursor->next());
        CHECK(cursor->value() == "value of b");
        CHECK_FALSE(cursor->next());
        CHECK(value(*snapshot, rows_space, "a") == "value of a");
        CHECK(value(*snapshot, rows_space, "c") == "nothing");
    }
    SECTION("each snapshot of a reader has the newest commits") {
        const auto store = store_with(open, {"a"});
        const auto reader = store->open_reader();
        for (const char* text : {"1", "2", "3"}) {
            put(*store, "a", text);
            CHECK(value(*reader->begin(), rows_space, "a") == text);
            CHECK(value(*reader->begin(), rows_space, "a") == text);
        }
        store->rest();
        CHECK(value(*reader->begin(), rows_space, "a") == "3");
        put(*store, "a", "4");
        CHECK(value(*reader->begin(), rows_space, "a") == "4");
    }
    SECTION("readers see different commits at the same time") {
        const auto store = store_with(open, {"a"});
        std::array<std::unique_ptr<Reader>, 8> readers;
        std::array<std::unique_ptr<ReadTransaction>, 8> snapshots;
        for (std::size_t i = 0; i < readers.size(); ++i) {
            readers[i] = store->open_reader();
            put(*store, "a", std::to_string(i));
            snapshots[i] = readers[i]->begin();
        }
        for (std::size_t i = 0; i < readers.size(); ++i) {
            CHECK(value(*snapshots[i], rows_space, "a") == std::to_string(i));
            snapshots[i].reset();
            CHECK(value(*readers[i]->begin(), rows_space, "a") == "7");
        }
    }
}

void check_transactions_beside_readers(const OpenStore& open) {
    SECTION("a snapshot does not have what is not committed") {
        const auto store = store_with(open, {"a"});
        const auto reader = store->open_reader();
        {
            const auto transaction = store->begin();
            transaction->put(rows_space, "a", "lone row", 1);
            CHECK(value(*reader->begin(), rows_space, "a") == "value of a");
            transaction->put(rows_space, "b", long_text('b'), 1);
            transaction->create_space(other_space);
            CHECK(keys(*reader->begin(), rows_space) == Keys{"a"});
            CHECK_THROWS_AS(reader->begin()->get(other_space, "a"), StorageError);
        }
        CHECK(keys(*reader->begin(), rows_space) == Keys{"a"});
        put(*store, "c", "x");
        CHECK(keys(*reader->begin(), rows_space) == Keys{"a", "c"});
    }
    // More rows than a cache of the writer has room for.
    SECTION("a snapshot has nothing of a long transaction, and then all of it") {
        const auto store = store_with(open, {});
        const auto reader = store->open_reader();
        constexpr int rows = 3000;
        const auto transaction = store->begin();
        for (int i = 0; i < rows; ++i) {
            transaction->put(rows_space, std::to_string(i), std::string(400, 'x'), 1);
            if (i % 500 == 0) CHECK(keys(*reader->begin(), rows_space).empty());
        }
        const auto before = reader->begin();
        transaction->commit();
        CHECK(keys(*before, rows_space).empty());
        CHECK(keys(*store->open_reader()->begin(), rows_space).size() == rows);
    }
    SECTION("a fork does not matter to readers, and has its own") {
        const auto store = store_with(open, {"a"});
        const auto reader = store->open_reader();
        const auto snapshot = reader->begin();
        const auto fork = store->fork();
        const auto reader_of_fork = fork->open_reader();
        put(*store, "b", "x");
        put(*fork, "c", "x");
        CHECK(keys(*snapshot, rows_space) == Keys{"a"});
        CHECK(keys(*reader_of_fork->begin(), rows_space) == Keys{"a", "c"});
    }
    SECTION("a new store can be read") {
        const auto store = open();
        const auto reader = store->open_reader();
        CHECK(keys(*reader->begin(), catalogue_space).empty());
        CHECK_THROWS_AS(reader->begin()->get(rows_space, "a"), StorageError);
        CHECK(keys(*reader->begin(), catalogue_space).empty());
    }
}

void check_spaces_beside_readers(const OpenStore& open) {
    SECTION("large values are read, also the first one of a space") {
        const auto store = store_with(open, {"a"});
        const auto reader = store->open_reader();
        CHECK(value(*reader->begin(), rows_space, "a") == "value of a");
        put(*store, "a", long_text('a'));
        CHECK(value(*reader->begin(), rows_space, "a") == long_text('a'));
        {
            const auto snapshot = reader->begin();
            put(*store, "a", long_text('b'));
            put(*store, "b", "small");
            CHECK(value(*snapshot, rows_space, "a") == long_text('a'));
            CHECK(snapshot->get(rows_space, "a")->size_bytes == 5);
        }
        const auto snapshot = reader->begin();
        const auto cursor = snapshot->range(rows_space, {}, Direction::backward);
        REQUIRE(cursor->next());
        CHECK(cursor->value() == "small");
        REQUIRE(cursor->next());
        CHECK(cursor->value() == long_text('b'));
    }
    SECTION("a space can be made, copied and dropped while it is read") {
        const auto store = store_with(open, {"a", "b"});
        const auto reader = store->open_reader();
        put(*store, "b", long_text('b'));
        {
            const auto snapshot = reader->begin();
            const auto cursor = snapshot->range(rows_space, {}, Direction::forward);
            REQUIRE(cursor->next());
            write(*store, [](Transaction& transaction) {
                transaction.copy_space(rows_space, other_space);
                transaction.drop_space(rows_space);
            });
            REQUIRE(cursor->next());
            CHECK(cursor->value() == long_text('b'));
            CHECK(value(*snapshot, rows_space, "a") == "value of a");
            CHECK_THROWS_AS(snapshot->get(other_space, "a"), StorageError);
        }
        const auto snapshot = reader->begin();
        CHECK_THROWS_AS(snapshot->get(rows_space, "a"), StorageError);
        CHECK(value(*snapshot, other_space, "a") == "value of a");
        CHECK(value(*snapshot, other_space, "b") == long_text('b'));
    }
    SECTION("a dropped space that is made again has its new rows") {
        const auto store = store_with(open, {"a"});
        const auto reader = store->open_reader();
        put(*store, "b", long_text('b'));
        CHECK(value(*reader->begin(), rows_space, "b") == long_text('b'));
        write(*store, [](Transaction& transaction) {
            transaction.drop_space(rows_space);
            transaction.create_space(rows_space);
            transaction.put(rows_space, "b", "small", 1);
        });
        CHECK(keys(*reader->begin(), rows_space) == Keys{"b"});
        CHECK(value(*reader->begin(), rows_space, "b") == "small");
        put(*store, "b", long_text('c'));
        CHECK(value(*reader->begin(), rows_space, "b") == long_text('c'));
    }
}

constexpr int commits = 300;
constexpr std::size_t reading_threads = 3;

std::string numbered_key(int number) {
    return "row " + std::to_string(number);
}

/// Returns what is wrong with a snapshot that write_rounds() may have left; empty if nothing is. Rounds only
/// go up.
std::string fault(ReadTransaction& snapshot, int& round) {
    const std::string text = value(snapshot, rows_space, "round");
    const int now = std::stoi(text);
    if (now < round) return "round " + text + " comes after " + std::to_string(round);
    round = now;
    // All rows that begin with "row" are of the same round.
    const auto cursor = snapshot.range(rows_space, {"row", "rox"}, Direction::forward);
    int rows = 0;
    for (; cursor->next(); ++rows) {
        if (cursor->value().substr(0, text.size() + 1) != text + " ")
            return "round " + text + " has a row of " + std::string(cursor->value().substr(0, 10));
    }
    return rows == 5 ? "" : std::to_string(rows) + " rows in round " + text;
}

/// Writes rows again and again, some of them large, and makes and drops a space.
void write_rounds(Store& store) {
    for (int round = 1; round <= commits; ++round) {
        const std::string text = std::to_string(round);
        write(store, [&](Transaction& transaction) {
            transaction.put(rows_space, "round", text, 1);
            for (int i = 0; i < 5; ++i) {
                const int thousands = i * (round % 7);
                const std::string filling(static_cast<std::size_t>(thousands) * 1000, 'x');
                transaction.put(rows_space, numbered_key(i), text + " " + filling, 1);
            }
            if (round % 20 == 1) transaction.create_space(other_space);
            if (round % 20 == 11) transaction.drop_space(other_space);
        });
        // A lone row is committed in another way.
        put(store, "lone", text);
    }
}

void check_threads(const OpenStore& open) {
    SECTION("many threads read while one writes") {
        const auto store = store_with(open, {});
        write(*store, [](Transaction& transaction) {
            transaction.put(rows_space, "round", "0", 1);
            for (int i = 0; i < 5; ++i) transaction.put(rows_space, numbered_key(i), "0 ", 1);
        });
        std::atomic<bool> is_written = false;
        std::array<std::string, reading_threads> faults;
        std::array<std::unique_ptr<Reader>, reading_threads> readers;
        for (auto& each : readers) each = store->open_reader();
        std::vector<std::thread> threads;
        threads.reserve(reading_threads);
        for (std::size_t i = 0; i < reading_threads; ++i) {
            threads.emplace_back([&, i] {
                int round = 0;
                for (bool is_last = false; !is_last && faults[i].empty();) {
                    is_last = is_written.load();
                    try {
                        if (const auto snapshot = readers[i]->begin()) faults[i] = fault(*snapshot, round);
                    } catch (const std::exception& error) {
                        faults[i] = error.what();
                    }
                }
                if (faults[i].empty() && round != commits) faults[i] = "ended at " + std::to_string(round);
            });
        }
        CHECK_NOTHROW(write_rounds(*store));
        is_written = true;
        for (std::thread& each : threads) each.join();
        for (const std::string& each : faults) CHECK(each.empty());
    }
}

}  // namespace

void check_reader_contract(const OpenStore& open) {
    check_snapshots(open);
    check_transactions_beside_readers(open);
    check_spaces_beside_readers(open);
    check_threads(open);
}

}  // namespace tailrace::storage
