#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "engine/storage/lease.hpp"
#include "engine/storage/open_store.hpp"
#include "tests/catch.hpp"
#include "tests/storage/postgres_url.hpp"
#include "tests/storage/refusal.hpp"
#include "tests/storage/store_contract.hpp"

// These tests are hidden, because they need a PostgreSQL: postgres_store_test.py starts one and runs them.

using namespace tailrace;
using namespace tailrace::storage;
using tailrace::tests::fresh_postgres_url;
using tailrace::tests::postgres_url;
using tailrace::tests::refusal;

namespace {

std::unique_ptr<Store> open_fresh() {
    return open_store({.location = fresh_postgres_url()});
}

/// Keys of which many begin with the same 3,000 bytes, in their order.
Keys long_keys() {
    const std::string shared(3000, 'k');
    return {"a",
            shared.substr(0, 2399),
            shared.substr(0, 2400),
            shared.substr(0, 2400) + std::string(1, '\0'),
            shared.substr(0, 2401),
            shared,
            shared + std::string(1, '\0'),
            shared + std::string("\0\1", 2),
            shared + "a",
            shared + "a" + std::string(4000, 'b'),
            shared + "a" + std::string(4000, 'b') + "c",
            shared + "b",
            shared + "\xff",
            std::string(3000, 'l'),
            "m"};
}

}  // namespace

TEST_CASE("a store in PostgreSQL keeps the contract", "[.postgresql]") {
    check_store_contract(open_fresh);
}

TEST_CASE("the readers of a store in PostgreSQL keep the contract", "[.postgresql]") {
    check_reader_contract(open_fresh);
}

// A b-tree of PostgreSQL has no room for keys of more than 2,704 bytes.
TEST_CASE("long keys are rows like others, in order", "[.postgresql]") {
    const Keys all = long_keys();
    Keys backward(all.rbegin(), all.rend());
    // They are put in another order.
    const auto store = store_with(open_fresh, backward);
    const auto transaction = store->begin();
    CHECK(keys(*transaction, contract_space) == all);
    CHECK(keys(*transaction, contract_space, {}, Direction::backward) == backward);
    for (std::size_t i = 0; i < all.size(); ++i) {
        INFO("key " << i);
        CHECK(value(*transaction, contract_space, all[i]) == "value of " + all[i]);
        CHECK(value(*transaction, contract_space, all[i] + "x") == "nothing");
        // Each key is the border of a range, at either end.
        const KeyRange from{all[i], ""};
        const KeyRange to{"", all[i]};
        const auto middle = all.begin() + static_cast<std::ptrdiff_t>(i);
        CHECK(keys(*transaction, contract_space, from) == Keys(middle, all.end()));
        CHECK(keys(*transaction, contract_space, to) == Keys(all.begin(), middle));
        const auto below = backward.end() - static_cast<std::ptrdiff_t>(i);
        CHECK(keys(*transaction, contract_space, to, Direction::backward) == Keys(below, backward.end()));
        if (i + 3 >= all.size()) continue;
        CHECK(keys(*transaction, contract_space, {all[i], all[i + 3]}) == Keys(middle, middle + 3));
    }
}

TEST_CASE("long keys are replaced, erased and counted like others", "[.postgresql]") {
    const Keys all = long_keys();
    const auto store = store_with(open_fresh, all);
    const std::string& changed = all[9];
    write(*store, [&](Transaction& transaction) {
        CHECK(transaction.replace(contract_space, changed, "new", 4)->bytes == "value of " + changed);
        transaction.add(contract_space, changed + "n", 5);
        transaction.add(contract_space, changed + "n", 2);
        CHECK(transaction.erase(contract_space, all[6]));
        CHECK_FALSE(transaction.erase(contract_space, all[6]));
    });
    CHECK(value(*store->begin(), contract_space, changed) == "new");
    CHECK(value(*store->begin(), contract_space, changed + "n") == "7");
    CHECK(value(*store->begin(), contract_space, all[5]) == "value of " + all[5]);
    CHECK(value(*store->begin(), contract_space, all[6]) == "nothing");
    write(*store, [&](Transaction& transaction) { CHECK(transaction.erase_first(contract_space, 7)); });
    CHECK(keys(*store->begin(), contract_space).front() == all[8]);
}

TEST_CASE("a range of more rows than one portion has all of them, both ways", "[.postgresql]") {
    Keys all;
    for (int i = 100'000; i < 101'300; ++i) {
        all.push_back(i % 100 == 0 ? std::string(3000, 'k') + std::to_string(i) : std::to_string(i));
    }
    std::ranges::sort(all);
    const auto store = store_with(open_fresh, all);
    CHECK(keys(*store->begin(), contract_space) == all);
    const Keys backward(all.rbegin(), all.rend());
    CHECK(keys(*store->begin(), contract_space, {}, Direction::backward) == backward);
}

TEST_CASE("two stores of one schema see each other's commits, and their versions say so", "[.postgresql]") {
    const std::string url = fresh_postgres_url();
    const auto one = store_with([&] { return open_store({.location = url}); }, {"a"});
    const auto other = open_store({.location = url});
    const StoreVersion before = other->begin_reading()->version();
    write(*one, [](Transaction& transaction) { transaction.put(contract_space, "b", "x", 1); });
    {
        const auto transaction = other->begin();
        CHECK(transaction->version().commits == before.commits + 1);
        CHECK(transaction->version().catalogue == before.catalogue);
        CHECK(keys(*transaction, contract_space) == Keys{"a", "b"});
        transaction->create_space(contract_space + 1);
        transaction->commit();
        CHECK(transaction->version().commits == before.commits + 2);
        CHECK(transaction->version().catalogue == before.catalogue + 1);
    }
    const auto transaction = one->begin_reading();
    CHECK(transaction->version().commits == before.commits + 2);
    CHECK(keys(*transaction, contract_space + 1).empty());
}

TEST_CASE("writers of one schema take turns", "[.postgresql]") {
    constexpr int rounds = 50;
    const std::string url = fresh_postgres_url();
    store_with([&] { return open_store({.location = url}); }, {});
    std::vector<std::thread> writers;
    writers.reserve(4);
    for (int i = 0; i < 4; ++i) {
        writers.emplace_back([&url] {
            const auto store = open_store({.location = url});
            for (int round = 0; round < rounds; ++round) {
                write(*store, [](Transaction& transaction) {
                    const std::string now = value(transaction, contract_space, "n");
                    const int next = now == "nothing" ? 1 : std::stoi(now) + 1;
                    transaction.put(contract_space, "n", std::to_string(next), 1);
                });
            }
        });
    }
    for (std::thread& each : writers) each.join();
    CHECK(value(*open_store({.location = url})->begin(), contract_space, "n") == std::to_string(4 * rounds));
}

TEST_CASE("a new schema that two processes open at once is made once", "[.postgresql]") {
    for (int turn = 0; turn < 5; ++turn) {
        const std::string url = fresh_postgres_url();
        std::vector<std::thread> processes;
        processes.reserve(4);
        std::atomic<int> opened = 0;
        for (int i = 0; i < 4; ++i) {
            processes.emplace_back([&] {
                if (tests::refusal(url) == "opened") ++opened;
            });
        }
        for (std::thread& each : processes) each.join();
        CHECK(opened == 4);
    }
}

TEST_CASE("a schema that must exist is not made, and is gone when it is removed", "[.postgresql]") {
    const std::string url = fresh_postgres_url();
    CHECK_THROWS_AS(open_store({.location = url, .must_exist = true}), StoreMissing);
    remove_schema(url);
    {
        const auto store = open_store({.location = url});
        // More tables than are dropped at a time.
        write(*store, [](Transaction& transaction) {
            for (SpaceId space = 1; space <= 250; ++space) transaction.create_space(space);
        });
        const auto other = open_store({.location = url, .must_exist = true});
        CHECK(other->begin_reading()->spaces().size() == 250);
        remove_schema(url);
        CHECK_THROWS_AS(other->begin(), StorageError);
        CHECK_THROWS_AS(store->begin_reading(), StorageError);
    }
    CHECK_THROWS_AS(open_store({.location = url, .must_exist = true}), StoreMissing);
}

TEST_CASE("a schema beside another has a name of at most 63 bytes in the same URL", "[.postgresql]") {
    const std::string at = "postgresql://me@host/music";
    const auto beside = [](const std::string& url, std::string_view name) {
        return schema_beside(url, name).text();
    };
    CHECK(beside(at, "blue_1") == at + "?schema=tailrace_blue_1");
    CHECK(beside(at + "?schema=own", "blue_1") == at + "?schema=own_blue_1");
    CHECK(beside(at + "?sslmode=require", "blue_1") == at + "?sslmode=require&schema=tailrace_blue_1");
    CHECK(beside(at + "?schema=own&sslmode=require", "blue_1") == at + "?sslmode=require&schema=own_blue_1");
    CHECK(beside(at + "?schema=" + std::string(63, 'a'), std::string(40, 'b')) ==
          at + "?schema=" + std::string(22, 'a') + "_" + std::string(40, 'b'));
}

TEST_CASE("the lease has one owner, and goes to another that asks when it is given up", "[.postgresql]") {
    const std::string url = fresh_postgres_url();
    const auto one = open_store({.location = url});
    const auto other = open_store({.location = url});
    CHECK(one->lease()->fence() == 0);
    CHECK(one->lease()->renew());
    const std::uint64_t first = one->lease()->fence();
    CHECK(first > 0);
    CHECK_FALSE(other->lease()->renew());
    CHECK(other->lease()->fence() == 0);
    CHECK(other->lease()->owner() == one->lease()->owner());
    CHECK(one->lease()->renew());
    CHECK(one->lease()->fence() == first);
    one->lease()->release();
    CHECK(one->lease()->fence() == 0);
    CHECK(other->lease()->renew());
    CHECK(other->lease()->fence() > first);
    CHECK_FALSE(one->lease()->renew());
}

TEST_CASE("a lease with a name has one holder, and what depends on it ends with it", "[.postgresql]") {
    const std::string url = fresh_postgres_url();
    const auto one = open_store({.location = url});
    const auto other = open_store({.location = url});
    CHECK(one->lease()->process() == 0);
    CHECK(one->lease()->take("shard", 1) == 0);
    one->lease()->renew();
    other->lease()->renew();
    const std::uint64_t first = one->lease()->process();
    const std::uint64_t second = other->lease()->process();
    CHECK(first != second);
    const OwnLease lease{"shard", one->lease()->take("shard", first)};
    CHECK(lease.fence > 0);
    CHECK(other->lease()->take("shard", second) == 0);
    CHECK(one->begin()->keeps(lease));
    CHECK_FALSE(one->begin()->keeps({"another", lease.fence}));
    CHECK_FALSE(one->begin()->keeps({"shard", lease.fence + 1}));
    const LeaseHolders seen = other->lease()->look("the second");
    CHECK(seen.self == second);
    REQUIRE(seen.processes.size() == 2);
    CHECK(seen.processes[0].number == first);
    CHECK(seen.processes[0].note.empty());
    REQUIRE(seen.leases.size() == 1);
    CHECK(seen.leases[0].name == "shard");
    CHECK(seen.leases[0].holder == first);
    CHECK(seen.leases[0].fence == lease.fence);
    CHECK(one->lease()->look("").processes[1].note == "the second");
    one->lease()->give_up(lease);
    CHECK_FALSE(one->begin()->keeps(lease));
    const OwnLease taken{"shard", other->lease()->take("shard", second)};
    CHECK(taken.fence > lease.fence);
    // A process that ends leaves nothing behind.
    other->lease()->release();
    CHECK(other->lease()->process() == 0);
    CHECK_FALSE(one->begin()->keeps(taken));
    const LeaseHolders left = one->lease()->look("");
    CHECK(left.processes.size() == 1);
    CHECK(left.leases.empty());
    CHECK(one->lease()->take("shard", first) > taken.fence);
}

TEST_CASE("whoever renews is seen by others until it releases", "[.postgresql]") {
    const std::string url = fresh_postgres_url();
    const auto one = open_store({.location = url});
    const auto other = open_store({.location = url});
    CHECK(one->lease()->others().empty());
    CHECK(other->lease()->renew());
    CHECK(other->lease()->others().empty());
    const std::vector<LeaseHolders::Process> seen = one->lease()->others();
    REQUIRE(seen.size() == 1);
    CHECK(seen.front().number == other->lease()->process());
    CHECK(seen.front().name == other->lease()->owner());
    // A process without a lease is among them, too.
    CHECK_FALSE(one->lease()->renew());
    REQUIRE(other->lease()->others().size() == 1);
    CHECK(other->lease()->others().front().number == one->lease()->process());
    one->lease()->release();
    CHECK(other->lease()->others().empty());
}

TEST_CASE("what keeps a store in PostgreSQL from being opened is said in one line", "[.postgresql]") {
    const std::string url = postgres_url();
    const std::size_t host = url.find('@') + 1;
    const std::size_t path = url.find('/', host);
    const std::string server = url.substr(host, path - host);
    const std::string shown = "postgresql://" + url.substr(host);
    CHECK(refusal("postgresql://postgres:secret@" + server + "/music") ==
          "cannot open 'postgresql://" + server +
              "/music': a password in the URL is shown in the list of processes; put it into PGPASSWORD, or "
              "into the file ~/.pgpass or the one that PGPASSFILE names");
    CHECK(refusal(url + "?password=secret") ==
          "cannot open '" + shown +
              "': a password in the URL is shown in the list of processes; put it into PGPASSWORD, or "
              "into the file ~/.pgpass or the one that PGPASSFILE names");
    CHECK(refusal(url + "?colour=blue") == "cannot open '" + shown +
                                               "': this is not a URL that libpq reads, such as "
                                               "postgresql://user@host:5432/database?sslmode=require");
    CHECK(refusal(url + "?schema=Big") ==
          "cannot open '" + shown +
              "': the name of a schema has 1 to 63 lowercase letters, digits and underscores, and does not "
              "begin with a digit or pg_");
    const std::string absent = "postgresql://postgres@" + server + "/nothing";
    CHECK_THAT(refusal(absent),
               Catch::Matchers::StartsWith("cannot connect to 'postgresql://" + server + "/nothing': "));
    CHECK_THAT(refusal(absent), Catch::Matchers::EndsWith("FATAL: database \"nothing\" does not exist"));
    CHECK_THAT(
        refusal("postgresql://postgres@127.0.0.1:1/music"),
        Catch::Matchers::StartsWith("cannot connect to 'postgresql://127.0.0.1:1/music': connection to "
                                    "server at \"127.0.0.1\", port 1 failed: Connection refused"));
}
