#include <atomic>
#include <barrier>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/storage/key_encoding.hpp"
#include "engine/storage/open_store.hpp"
#include "tests/catch.hpp"
#include "tests/storage/postgres_url.hpp"
#include "tests/storage/store_contract.hpp"

// Transactions that write beside each other. Hidden, like the tests in postgres_test.cpp.

using namespace tailrace;
using namespace tailrace::storage;
using tailrace::tests::fresh_postgres_url;

namespace {

/// A connection that writes beside others.
struct Beside {
    explicit Beside(const std::string& url)
        : store(open_store({.location = url})), reader(store->open_reader()) {}

    std::unique_ptr<Transaction> begin(bool again = false) {
        return reader->begin_beside(store->begin_reading()->version().catalogue, again);
    }

    /// Runs `work` until it is committed. Returns how often it was run.
    template <typename Work>
    int write(Work work) {
        for (int turn = 1;; ++turn) {
            try {
                const auto transaction = begin(turn > 1);
                work(*transaction);
                transaction->commit();
                return turn;
            } catch (const Conflict&) {
                continue;
            }
        }
    }

    std::unique_ptr<Store> store;
    std::unique_ptr<Reader> reader;
};

std::string url_with(const Keys& rows) {
    std::string url = fresh_postgres_url();
    store_with([&] { return open_store({.location = url}); }, rows);
    return url;
}

/// The number at the beginning of a key.
std::uint64_t number_in(std::string_view key) {
    return decode_sequence(key.substr(0, sizeof(std::uint64_t)));
}

LaneRow row_in(const std::string& lane) {
    return {.lane = {contract_space, lane}, .key_end = "end", .value = lane, .size_bytes = 1};
}

/// Puts a row in a lane and returns its key, which is the greatest.
std::string put_in_lane(Beside& one, const std::string& lane) {
    one.write(
        [&](Transaction& transaction) { transaction.put_in_lanes(std::vector<LaneRow>{row_in(lane)}); });
    const auto transaction = one.store->begin_reading();
    const auto cursor = transaction->range(contract_space, {}, Direction::backward);
    return cursor->next() ? std::string(cursor->key()) : "";
}

void add_one(Transaction& transaction, const std::string& key) {
    const std::string now = value(transaction, contract_space, key);
    const int next = now == "nothing" ? 1 : std::stoi(now) + 1;
    transaction.put(contract_space, key, std::to_string(next), 1);
}

}  // namespace

TEST_CASE("a transaction beside others sees and keeps its own writes", "[.postgresql]") {
    Beside one(url_with({"a", "b"}));
    {
        const auto transaction = one.begin();
        CHECK(value(*transaction, contract_space, "a") == "value of a");
        CHECK(transaction->replace(contract_space, "a", "new", 3)->bytes == "value of a");
        CHECK(value(*transaction, contract_space, "a") == "new");
        CHECK(value(*transaction, contract_space, "b") == "value of b");
        CHECK(transaction->erase(contract_space, "b"));
        CHECK(value(*transaction, contract_space, "b") == "nothing");
        CHECK(keys(*transaction, contract_space) == Keys{"a"});
        transaction->add(catalogue_space, "sum", 5);
        transaction->add(catalogue_space, "sum", -7);
        CHECK(keys(*one.store->begin_reading(), contract_space) == Keys{"a", "b"});
        transaction->commit();
    }
    const auto after = one.store->begin_reading();
    CHECK(keys(*after, contract_space) == Keys{"a"});
    CHECK(value(*after, contract_space, "a") == "new");
    CHECK(value(*after, catalogue_space, "sum") == "-2");
}

TEST_CASE("what is not committed leaves nothing", "[.postgresql]") {
    Beside one(url_with({"a"}));
    {
        const auto transaction = one.begin();
        add_one(*transaction, "n");
    }
    CHECK(keys(*one.store->begin_reading(), contract_space) == Keys{"a"});
    CHECK(one.write([](Transaction& transaction) { add_one(transaction, "n"); }) == 1);
}

TEST_CASE("transactions beside each other write different rows at the same time", "[.postgresql]") {
    const std::string url = url_with({});
    Beside one(url);
    Beside other(url);
    const auto first = one.begin();
    add_one(*first, "a");
    CHECK(other.write([](Transaction& transaction) { add_one(transaction, "b"); }) == 1);
    first->commit();
    CHECK(keys(*one.store->begin_reading(), contract_space) == Keys{"a", "b"});
}

TEST_CASE("no addition to rows that many write is lost, and rows in opposite orders end in no deadlock",
          "[.postgresql]") {
    constexpr int writers = 6;
    constexpr int rounds = 40;
    const std::string url = url_with({});
    std::barrier start(writers);
    std::vector<std::thread> threads;
    threads.reserve(writers);
    for (int i = 0; i < writers; ++i) {
        threads.emplace_back([&, i] {
            Beside one(url);
            start.arrive_and_wait();
            for (int round = 0; round < rounds; ++round) {
                one.write([&](Transaction& transaction) {
                    add_one(transaction, i % 2 == 0 ? "a" : "b");
                    add_one(transaction, i % 2 == 0 ? "b" : "a");
                });
            }
        });
    }
    for (std::thread& each : threads) each.join();
    const auto store = open_store({.location = url});
    CHECK(value(*store->begin_reading(), contract_space, "a") == std::to_string(writers * rounds));
    CHECK(value(*store->begin_reading(), contract_space, "b") == std::to_string(writers * rounds));
}

TEST_CASE("two that hold what the other wants next do not wait for each other", "[.postgresql]") {
    const std::string url = url_with({});
    std::barrier both_hold_one(2);
    std::atomic<int> turns = 0;
    const auto write = [&](const std::string& first, const std::string& second) {
        Beside one(url);
        bool has_met = false;
        turns += one.write([&](Transaction& transaction) {
            add_one(transaction, first);
            if (!has_met) both_hold_one.arrive_and_wait();
            has_met = true;
            add_one(transaction, second);
        });
    };
    std::thread other([&] { write("b", "a"); });
    write("a", "b");
    other.join();
    // The one that wanted the lower lock gave way.
    CHECK(turns == 3);
    const auto store = open_store({.location = url});
    CHECK(value(*store->begin_reading(), contract_space, "a") == "2");
    CHECK(value(*store->begin_reading(), contract_space, "b") == "2");
}

TEST_CASE("rows that are expected together are locked and read together", "[.postgresql]") {
    Keys all;
    for (int i = 1000; i < 1250; ++i) all.push_back(std::to_string(i));
    Beside one(url_with(all));
    const auto transaction = one.begin();
    std::vector<RowName> rows;
    for (const std::string& each : all) rows.push_back({contract_space, each});
    transaction->expect(rows);
    for (const std::string& each : all)
        CHECK(value(*transaction, contract_space, each) == "value of " + each);
    const auto found = transaction->get_many(contract_space, std::vector<std::string>{"1001", "no", "1001"});
    CHECK(found[0]->bytes == "value of 1001");
    CHECK_FALSE(found[1].has_value());
    CHECK(found[2]->bytes == "value of 1001");
}

TEST_CASE("a row that is held for seconds is refused, and it is said which", "[.postgresql]") {
    const std::string url = url_with({});
    Beside one(url);
    Beside other(url);
    const auto holding = one.begin();
    add_one(*holding, "held");
    const auto refused = other.begin();
    const std::vector<RowName> rows{{contract_space, "a"}, {contract_space, "held"}, {contract_space, "z"}};
    std::optional<std::size_t> place;
    try {
        refused->expect(rows);
    } catch (const RowHeld& held) {
        place = held.place;
    }
    CHECK(place == std::size_t{1});
    CHECK_THROWS_AS(refused->get(contract_space, "a"), RowHeld);
    CHECK_THROWS_AS(refused->commit(), RowHeld);
}

TEST_CASE("a transaction beside others ends when the catalogue has changed", "[.postgresql]") {
    const std::string url = url_with({"a"});
    Beside one(url);
    const std::uint64_t catalogue = one.store->begin_reading()->version().catalogue;
    write(*open_store({.location = url}), [](Transaction& transaction) {
        transaction.drop_space(contract_space);
        transaction.create_space(contract_space);
    });
    CHECK_THROWS_AS(one.reader->begin_beside(catalogue, false)->get(contract_space, "a"), OtherCatalogue);
    CHECK_THROWS_AS(one.reader->begin_beside(catalogue, false)->commit(), OtherCatalogue);
    CHECK_THROWS_AS(one.reader->begin_at(catalogue)->get(contract_space, "a"), OtherCatalogue);
    CHECK_THROWS_AS(one.reader->begin_row(catalogue)->get(contract_space, "a"), OtherCatalogue);
    CHECK(value(*one.begin(), contract_space, "a") == "nothing");
    CHECK(value(*one.reader->begin_row(catalogue + 1), contract_space, "a") == "nothing");
}

TEST_CASE("a transaction that writes alone waits for those beside each other, and they for it",
          "[.postgresql]") {
    const std::string url = url_with({});
    Beside one(url);
    auto first = one.begin();
    add_one(*first, "n");
    std::thread alone([&] {
        write(*open_store({.location = url}), [](Transaction& transaction) { add_one(transaction, "n"); });
    });
    first->commit();
    first.reset();
    one.write([](Transaction& transaction) { add_one(transaction, "n"); });
    alone.join();
    CHECK(value(*one.store->begin_reading(), contract_space, "n") == "3");
}

TEST_CASE("numbers of lanes differ, rise in the order of commits, and those drawn alone go on after them",
          "[.postgresql]") {
    constexpr int rounds = 30;
    const std::string url = url_with({});
    write(*open_store({.location = url}), [](Transaction& transaction) {
        for (int i = 0; i < 5; ++i) transaction.draw(change_sequence);
    });
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            Beside one(url);
            for (int round = 0; round < rounds; ++round) {
                one.write([&](Transaction& transaction) {
                    const std::string lane = i % 2 == 0 ? "even" : "odd";
                    const LaneRow row = row_in(lane);
                    transaction.put_in_lanes(std::vector<LaneRow>{row, row});
                });
            }
        });
    }
    // Nothing with a lower number may come after what has been seen in a lane.
    const auto store = open_store({.location = url});
    std::map<std::string, std::uint64_t, std::less<>> seen;
    std::map<std::string, std::size_t> rows;
    const auto read = [&] {
        const auto transaction = store->begin_reading();
        const auto lanes = transaction->lanes(contract_space)->known;
        rows.clear();
        std::map<std::string, std::uint64_t> newest;
        const auto cursor = transaction->range(contract_space, {}, Direction::forward);
        while (cursor->next()) {
            const std::uint64_t number = number_in(cursor->key());
            CHECK(cursor->key() == encode_sequence(number) + "end");
            ++rows[std::string(cursor->value())];
            newest[std::string(cursor->value())] = number;
        }
        for (const auto& [lane, number] : lanes) CHECK(newest[lane] == number);
        for (const auto& [lane, number] : seen) CHECK(lanes.at(lane) >= number);
        seen = lanes;
    };
    std::atomic<bool> is_over = false;
    std::thread joiner([&] {
        for (std::thread& each : threads) each.join();
        is_over = true;
    });
    while (!is_over) {
        const std::map<std::string, std::size_t> before(rows.begin(), rows.end());
        const decltype(seen) seen_before(seen.begin(), seen.end());
        read();
        const auto transaction = store->begin_reading();
        for (const auto& [lane, number] : seen_before) {
            std::size_t up_to = 0;
            const auto cursor =
                transaction->range(contract_space, {"", encode_sequence(number + 1)}, Direction::forward);
            while (cursor->next()) up_to += cursor->value() == lane ? 1 : 0;
            CHECK(up_to == before.at(lane));
        }
    }
    joiner.join();
    read();
    CHECK(rows["even"] == 4 * rounds);
    CHECK(rows["odd"] == 4 * rounds);
    const std::uint64_t newest = store->begin_reading()->version().newest;
    write(*store, [&](Transaction& transaction) {
        CHECK(transaction.version().newest == newest);
        transaction.put(catalogue_space, change_sequence, std::to_string(newest + 1), 0);
    });
    Beside one(url);
    CHECK(number_in(put_in_lane(one, "even")) > newest + 1);
}

TEST_CASE("a store in memory that is made of one with lanes goes on after their numbers", "[.postgresql]") {
    const std::string url = url_with({});
    Beside one(url);
    const std::uint64_t drawn = number_in(put_in_lane(one, "lane"));
    CHECK(value(*one.store->fork()->begin(), catalogue_space, change_sequence) == std::to_string(drawn));
}

TEST_CASE("a snapshot has the lanes and the newest number", "[.postgresql]") {
    const std::string url = url_with({});
    Beside one(url);
    const std::uint64_t catalogue = one.store->begin_reading()->version().catalogue;
    const auto reader = one.store->open_reader();
    CHECK(reader->begin_at(catalogue)->newest_number() == 0);
    CHECK(reader->begin_at(catalogue)->lanes(contract_space)->complete_up_to("lane") == 0);
    const std::uint64_t first = number_in(put_in_lane(one, "lane"));
    const std::uint64_t second = number_in(put_in_lane(one, "other"));
    CHECK(second > first);
    const auto snapshot = reader->begin_at(catalogue);
    CHECK(snapshot->newest_number() == second);
    put_in_lane(one, "lane");
    CHECK(snapshot->newest_number() == second);
    CHECK(snapshot->lanes(contract_space)->complete_up_to("lane") == first);
    CHECK(snapshot->lanes(contract_space)->complete_up_to("other") == second);
    CHECK(snapshot->lanes(contract_space)->complete_up_to("none") == 0);
    CHECK(snapshot->lanes(contract_space + 1)->complete_up_to("lane") == 0);
}
