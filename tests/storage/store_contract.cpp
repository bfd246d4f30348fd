#include "tests/storage/store_contract.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "tests/catch.hpp"

namespace tailrace::storage {
namespace {

constexpr SpaceId space = contract_space;
constexpr int max_attempts = 3;

using Spaces = std::vector<SpaceId>;

void check_rows(const OpenStore& open) {
    SECTION("rows are read back with their sizes") {
        const auto store = store_with(open, {"a"});
        const auto transaction = store->begin();
        const auto stored = transaction->get(space, "a");
        REQUIRE(stored.has_value());
        CHECK(stored->bytes == "value of a");
        CHECK(stored->size_bytes == 3);
        CHECK_FALSE(transaction->get(space, "b").has_value());
        transaction->put(space, "a", "new", 9);
        CHECK(value(*transaction, space, "a") == "new");
        CHECK(transaction->erase(space, "a"));
        CHECK_FALSE(transaction->erase(space, "a"));
    }
    SECTION("keys and values are any bytes, also none") {
        const auto store = store_with(open, {});
        const std::string bytes("\0\xff\x01", 3);
        write(*store, [&](Transaction& transaction) {
            transaction.put(space, bytes, "", 0);
            transaction.put(space, "", "under no key", std::numeric_limits<std::uint32_t>::max());
        });
        const auto transaction = store->begin();
        CHECK(value(*transaction, space, bytes).empty());
        CHECK(value(*transaction, space, "") == "under no key");
        CHECK(transaction->get(space, "")->size_bytes == std::numeric_limits<std::uint32_t>::max());
        CHECK(keys(*transaction, space) == Keys{"", bytes});
    }
    SECTION("many rows are read in the order of their keys") {
        const auto store = store_with(open, {"a", "b"});
        const Keys wanted{"b", "no", "a", "b"};
        const auto found = store->begin()->get_many(space, wanted);
        REQUIRE(found.size() == 4);
        CHECK(found[0]->bytes == "value of b");
        CHECK(found[0]->size_bytes == 3);
        CHECK_FALSE(found[1].has_value());
        CHECK(found[2]->bytes == "value of a");
        CHECK(found[3]->bytes == "value of b");
        CHECK(store->begin()->get_many(space, {}).empty());
    }
    SECTION("the first rows are erased only when more are there") {
        const auto store = store_with(open, {"a", "b", "c"});
        const auto transaction = store->begin();
        CHECK_FALSE(transaction->erase_first(space, 3));
        CHECK(keys(*transaction, space) == Keys{"a", "b", "c"});
        CHECK(transaction->erase_first(space, 2));
        CHECK(keys(*transaction, space) == Keys{"c"});
    }
}

/// Replaces a row and returns the old one, "nothing" if there was none.
std::string replaced(Store& store, std::string_view key, std::string_view new_value, std::uint32_t size) {
    std::optional<StoredValue> old;
    write(store, [&](Transaction& transaction) { old = transaction.replace(space, key, new_value, size); });
    return old ? old->bytes + " of " + std::to_string(old->size_bytes) : "nothing";
}

void check_replacements(const OpenStore& open) {
    SECTION("a replacement returns the old row, and then the new one is there") {
        const auto store = store_with(open, {"a"});
        CHECK(replaced(*store, "a", "new", 4) == "value of a of 3");
        CHECK(replaced(*store, "b", "first", 5) == "nothing");
        CHECK(replaced(*store, "a", "newer", 7) == "new of 4");
        CHECK(value(*store->begin(), space, "b") == "first");
        CHECK(value(*store->begin(), space, "a") == "newer");
        // A row that has the value already is left as it is.
        CHECK(replaced(*store, "a", "newer", 8) == "newer of 7");
        CHECK(store->begin()->get(space, "a")->size_bytes == 7);
    }
    SECTION("a replacement without commit leaves the old row") {
        const auto store = store_with(open, {"a"});
        store->begin()->replace(space, "a", "new", 4);
        CHECK(value(*store->begin(), space, "a") == "value of a");
        CHECK(replaced(*store, "b", "first", 5) == "nothing");
    }
    SECTION("replacements in one transaction see each other") {
        const auto store = store_with(open, {});
        write(*store, [](Transaction& transaction) {
            CHECK_FALSE(transaction.replace(space, "a", "first", 1));
            transaction.put(space, "b", "put", 2);
            CHECK(transaction.replace(space, "a", "second", 3)->bytes == "first");
            CHECK(transaction.replace(space, "b", "third", 4)->bytes == "put");
        });
        CHECK(value(*store->begin(), space, "a") == "second");
    }
}

void check_ranges(const OpenStore& open) {
    SECTION("ranges include their lower end, exclude their upper and run both ways") {
        const auto store = store_with(open, {"a", "b", "b1", "c", std::string("\xff\xff")});
        const auto transaction = store->begin();
        const auto found = [&](const KeyRange& range, Direction direction) {
            return keys(*transaction, space, range, direction);
        };
        CHECK(found({"a", "c"}, Direction::forward) == Keys{"a", "b", "b1"});
        CHECK(found({"b", "c"}, Direction::backward) == Keys{"b1", "b"});
        CHECK(found({"b1", ""}, Direction::forward) == Keys{"b1", "c", "\xff\xff"});
        CHECK(found({"", ""}, Direction::backward) == Keys{"\xff\xff", "c", "b1", "b", "a"});
        CHECK(found({"d", "e"}, Direction::forward).empty());
    }
    SECTION("a range shows values, sizes and what its own transaction has written") {
        const auto store = store_with(open, {"a"});
        const auto transaction = store->begin();
        transaction->put(space, "b", "written", 5);
        const auto cursor = transaction->range(space, {"b", ""}, Direction::forward);
        REQUIRE(cursor->next());
        CHECK(cursor->key() == "b");
        CHECK(cursor->value() == "written");
        CHECK(cursor->size_bytes() == 5);
        CHECK_FALSE(cursor->next());
    }
    SECTION("cursors can be nested") {
        const auto store = store_with(open, {"a", "b"});
        const auto transaction = store->begin();
        Keys pairs;
        const auto outer = transaction->range(space, {}, Direction::forward);
        while (outer->next()) {
            const auto inner = transaction->range(space, {}, Direction::forward);
            while (inner->next()) pairs.push_back(std::string(outer->key()) + std::string(inner->key()));
        }
        CHECK(pairs == Keys{"aa", "ab", "ba", "bb"});
    }
    SECTION("a space may be written while another is walked") {
        const auto store = store_with(open, {"a", "b"});
        const auto transaction = store->begin();
        transaction->create_space(8);
        const auto cursor = transaction->range(space, {}, Direction::forward);
        while (cursor->next()) transaction->put(8, cursor->key(), cursor->value(), 1);
        CHECK(keys(*transaction, 8) == Keys{"a", "b"});
    }
}

void check_numbers(const OpenStore& open) {
    SECTION("an addition to a missing row begins at 0, and sums are kept in decimal") {
        const auto store = store_with(open, {});
        const auto add = [&](std::string_view key, std::int64_t delta) {
            write(*store, [&](Transaction& transaction) { transaction.add(space, key, delta); });
        };
        add("n", 5);
        add("n", -12);
        add("n", 0);
        add("far", std::numeric_limits<std::int64_t>::min());
        add("far", std::numeric_limits<std::int64_t>::max());
        add("high", std::numeric_limits<std::int64_t>::max());
        const auto transaction = store->begin();
        CHECK(value(*transaction, space, "n") == "-7");
        CHECK(transaction->get(space, "n")->size_bytes == 0);
        CHECK(value(*transaction, space, "far") == "-1");
        CHECK(value(*transaction, space, "high") == "9223372036854775807");
        transaction->put(space, "n", "40", 2);
        transaction->add(space, "n", 2);
        CHECK(value(*transaction, space, "n") == "42");
    }
    SECTION("each sequence goes up from 1 by itself, and its newest number is in the catalogue") {
        const auto store = open();
        const auto draw = [&](std::string_view name) {
            std::uint64_t number = 0;
            write(*store, [&](Transaction& transaction) { number = transaction.draw(name); });
            return number;
        };
        CHECK(draw("orders") == 1);
        const std::uint64_t second = draw("orders");
        CHECK(second > 1);
        CHECK(draw("space") == 1);
        CHECK(draw("orders") > second);
        CHECK(value(*store->begin(), catalogue_space, "space") == "1");
        write(*store, [](Transaction& transaction) { transaction.put(catalogue_space, "orders", "99", 2); });
        CHECK(draw("orders") == 100);
    }
    SECTION("a transaction without commit has added nothing") {
        const auto store = store_with(open, {});
        store->begin()->add(space, "n", 5);
        CHECK(value(*store->begin(), space, "n") == "nothing");
    }
}

void check_transactions(const OpenStore& open) {
    // Without a commit nothing remains, not even a new space.
    SECTION("a transaction without commit leaves nothing") {
        const auto store = store_with(open, {"a"});
        {
            const auto transaction = store->begin();
            transaction->put(space, "b", "x", 1);
            transaction->create_space(8);
            transaction->put(8, "c", "x", 1);
        }
        const auto transaction = store->begin();
        CHECK(keys(*transaction, space) == Keys{"a"});
        CHECK(transaction->spaces() == Spaces{space});
        transaction->create_space(8);
        CHECK(value(*transaction, 8, "c") == "nothing");
        transaction->put(8, "c", "again", 1);
        CHECK(value(*transaction, 8, "c") == "again");
    }
    SECTION("a transaction that has written nothing can be committed") {
        const auto store = store_with(open, {"a"});
        const auto transaction = store->begin();
        CHECK(value(*transaction, space, "a") == "value of a");
        CHECK_NOTHROW(transaction->commit());
    }
    SECTION("mirrored rows are written with the others or not at all") {
        struct Count final : MirroredRows {
            void write(Transaction& transaction) const override {
                transaction.put(catalogue_space, "count", "1", 1);
            }
        };
        const auto store = store_with(open, {});
        {
            const auto transaction = store->begin();
            transaction->write_mirrored(Count());
        }
        CHECK(value(*store->begin(), catalogue_space, "count") == "nothing");
        write(*store, [](Transaction& transaction) {
            transaction.put(space, "a", "x", 1);
            transaction.write_mirrored(Count());
        });
        CHECK(value(*store->begin(), space, "a") == "x");
    }
    SECTION("a store that rests has what was committed, and goes on as before") {
        const auto store = store_with(open, {"a"});
        for (const char* key : {"b", "c"}) {
            store->rest();
            CHECK(value(*store->begin(), space, "a") == "value of a");
            write(*store, [key](Transaction& transaction) {
                transaction.put(space, key, "x", 1);
                transaction.add(catalogue_space, "n", 1);
            });
            store->rest();
        }
        CHECK(keys(*store->fork()->begin(), space) == Keys{"a", "b", "c"});
        CHECK(value(*store->begin(), catalogue_space, "n") == "2");
    }
    SECTION("there may be nothing to move, which is not a failure") {
        const auto store = store_with(open, {"a"});
        CHECK_FALSE(store->checkpoint(std::numeric_limits<int>::max()));
    }
}

const std::string large(10'000, 'x');
const std::string larger(400'000, 'y');

/// Has two small values and two large ones.
std::unique_ptr<Store> store_with_large_values(const OpenStore& open) {
    auto store = store_with(open, {"a", "b", "c"});
    write(*store, [](Transaction& transaction) {
        transaction.put(space, "b", large, 7);
        transaction.put(space, "d", larger, 8);
    });
    return store;
}

// A store may keep large and small values in different ways.
void check_large_values(const OpenStore& open) {
    SECTION("large values are read like others") {
        const auto store = store_with_large_values(open);
        const auto transaction = store->begin();
        CHECK(value(*transaction, space, "a") == "value of a");
        const std::optional<StoredValue> found = transaction->get(space, "b");
        CHECK(found->bytes == large);
        CHECK(found->size_bytes == 7);
        const auto cursor = transaction->range(space, {"b", ""}, Direction::forward);
        REQUIRE(cursor->next());
        CHECK(cursor->value() == large);
        CHECK(cursor->value() == large);
        REQUIRE(cursor->next());
        CHECK(cursor->value() == "value of c");
        REQUIRE(cursor->next());
        CHECK(cursor->value() == larger);
        CHECK(cursor->size_bytes() == 8);
    }
    SECTION("a value may become small, large and nothing, each time in a transaction of its own") {
        const auto store = store_with_large_values(open);
        for (const std::string& next : {std::string("small"), larger, large, std::string()}) {
            write(*store, [&](Transaction& transaction) { transaction.put(space, "b", next, 1); });
            CHECK(value(*store->begin(), space, "b") == next);
            CHECK(value(*store->begin(), space, "d") == larger);
        }
        write(*store, [](Transaction& transaction) { CHECK(transaction.erase(space, "d")); });
        CHECK(keys(*store->begin(), space) == Keys{"a", "b", "c"});
    }
}

void check_replaced_large_values(const OpenStore& open) {
    SECTION("large and small values replace each other") {
        const auto store = store_with_large_values(open);
        CHECK(replaced(*store, "b", larger, 1) == large + " of 7");
        CHECK(replaced(*store, "b", "small", 2) == larger + " of 1");
        CHECK(replaced(*store, "b", large, 3) == "small of 2");
        CHECK(value(*store->begin(), space, "b") == large);
    }
}

void check_spaces_of_large_values(const OpenStore& open) {
    SECTION("a transaction without commit leaves large values as they were") {
        const auto store = store_with_large_values(open);
        const SpaceId other = space + 1;
        {
            const auto transaction = store->begin();
            transaction->put(space, "b", larger, 1);
            transaction->erase(space, "d");
            transaction->create_space(other);
            transaction->put(other, "a", large, 1);
        }
        CHECK(value(*store->begin(), space, "b") == large);
        CHECK(value(*store->begin(), space, "d") == larger);
        write(*store, [&](Transaction& transaction) {
            transaction.create_space(other);
            transaction.put(other, "a", "small", 1);
            transaction.put(other, "b", larger, 1);
        });
        CHECK(value(*store->begin(), other, "a") == "small");
        CHECK(value(*store->begin(), other, "b") == larger);
    }
    SECTION("the first large value of a space may be written while another space is walked") {
        const auto store = store_with_large_values(open);
        const SpaceId other = space + 1;
        write(*store, [&](Transaction& transaction) {
            transaction.create_space(other);
            const auto cursor = transaction.range(space, {}, Direction::forward);
            while (cursor->next()) transaction.put(other, cursor->key(), larger, 1);
        });
        CHECK(keys(*store->begin(), other) == Keys{"a", "b", "c", "d"});
        CHECK(value(*store->begin(), other, "c") == larger);
    }
    SECTION("large values are copied, erased and dropped with their space") {
        const auto store = store_with_large_values(open);
        const SpaceId copy = space + 1;
        write(*store, [&](Transaction& transaction) {
            transaction.copy_space(space, copy);
            transaction.put(copy, "e", large, 1);
            CHECK(transaction.erase_first(space, 3));
        });
        CHECK(value(*store->begin(), space, "d") == larger);
        CHECK(value(*store->begin(), copy, "b") == large);
        CHECK(value(*store->begin(), copy, "d") == larger);
        const auto fork = store->fork();
        write(*store, [&](Transaction& transaction) {
            transaction.drop_space(copy);
            transaction.create_space(copy);
            transaction.put(copy, "b", larger, 1);
        });
        CHECK(value(*store->begin(), copy, "b") == larger);
        CHECK(value(*fork->begin(), copy, "b") == large);
    }
}

void check_spaces(const OpenStore& open) {
    SECTION("a new store has the catalogue alone, and it is empty") {
        const auto store = open();
        const auto transaction = store->begin();
        CHECK(transaction->spaces().empty());
        CHECK(keys(*transaction, catalogue_space).empty());
    }
    SECTION("spaces are listed in the order of their ids") {
        const auto store = open();
        write(*store, [](Transaction& transaction) {
            for (const SpaceId id : Spaces{10, 9, 123456789012, 1}) transaction.create_space(id);
            transaction.drop_space(9);
        });
        CHECK(store->begin()->spaces() == Spaces{1, 10, 123456789012});
    }
    SECTION("a space that is not there is an error") {
        const auto store = open();
        const auto transaction = store->begin();
        CHECK_THROWS_AS(transaction->get(space, "a"), StorageError);
        CHECK_THROWS_AS(transaction->put(space, "a", "x", 1), StorageError);
        CHECK_THROWS_AS(transaction->range(space, {}, Direction::forward)->next(), StorageError);
    }
    SECTION("a dropped space can be made again, empty") {
        const auto store = store_with(open, {"a"});
        write(*store, [](Transaction& transaction) {
            transaction.drop_space(space);
            transaction.create_space(space);
        });
        CHECK(keys(*store->begin(), space).empty());
    }
    SECTION("a copied space has the rows of the other, and each goes its own way") {
        const auto store = store_with(open, {"a", "b"});
        write(*store, [](Transaction& transaction) {
            transaction.put(space, "c", "in the same transaction", 1);
            transaction.copy_space(space, 8);
            transaction.erase(space, "a");
            transaction.put(8, "b", "changed", 4);
        });
        const auto transaction = store->begin();
        CHECK(transaction->spaces() == Spaces{space, 8});
        CHECK(keys(*transaction, space) == Keys{"b", "c"});
        CHECK(keys(*transaction, 8) == Keys{"a", "b", "c"});
        CHECK(transaction->get(8, "a")->size_bytes == 3);
        CHECK(value(*transaction, space, "b") == "value of b");
        CHECK(value(*transaction, 8, "b") == "changed");
    }
}

void check_forks(const OpenStore& open) {
    SECTION("a fork has what was committed, and each goes its own way") {
        const auto store = store_with(open, {"a", "b"});
        write(*store, [](Transaction& transaction) { transaction.add(catalogue_space, "n", 4); });
        const auto fork = store->fork();
        write(*store, [](Transaction& transaction) {
            transaction.put(space, "c", "x", 1);
            transaction.create_space(8);
        });
        write(*fork, [](Transaction& transaction) {
            transaction.erase(space, "a");
            transaction.add(catalogue_space, "n", 1);
        });
        CHECK(keys(*fork->begin(), space) == Keys{"b"});
        CHECK(fork->begin()->get(space, "b")->size_bytes == 3);
        CHECK(fork->begin()->spaces() == Spaces{space});
        CHECK(value(*fork->begin(), catalogue_space, "n") == "5");
        CHECK(keys(*store->begin(), space) == Keys{"a", "b", "c"});
        CHECK(value(*store->begin(), catalogue_space, "n") == "4");
    }
    SECTION("a fork outlives its source, and can itself be forked") {
        auto store = store_with(open, {"a"});
        auto fork = store->fork();
        store.reset();
        const auto second = fork->fork();
        write(*fork, [](Transaction& transaction) { transaction.put(space, "b", "x", 1); });
        CHECK(keys(*fork->begin(), space) == Keys{"a", "b"});
        fork.reset();
        CHECK(keys(*second->begin(), space) == Keys{"a"});
    }
    SECTION("a new store can be forked") {
        const auto fork = open()->fork();
        CHECK(fork->begin()->spaces().empty());
        CHECK(keys(*fork->begin(), catalogue_space).empty());
    }
}

}  // namespace

std::unique_ptr<Store> store_with(const OpenStore& open, const Keys& rows) {
    auto store = open();
    write(*store, [&](Transaction& transaction) {
        transaction.create_space(space);
        for (const std::string& key : rows) transaction.put(space, key, "value of " + key, 3);
    });
    return store;
}

Keys keys(ReadTransaction& transaction, SpaceId of, const KeyRange& range, Direction direction) {
    Keys found;
    const auto cursor = transaction.range(of, range, direction);
    while (cursor->next()) found.emplace_back(cursor->key());
    return found;
}

std::string value(ReadTransaction& transaction, SpaceId of, std::string_view key) {
    const auto stored = transaction.get(of, key);
    return stored ? stored->bytes : "nothing";
}

void write(Store& store, const std::function<void(Transaction&)>& work) {
    for (int attempt = 1;; ++attempt) {
        const auto transaction = store.begin();
        work(*transaction);
        try {
            return transaction->commit();
        } catch (const Conflict&) {
            if (attempt == max_attempts) throw;
        }
    }
}

void check_store_contract(const OpenStore& open) {
    check_rows(open);
    check_replacements(open);
    check_ranges(open);
    check_numbers(open);
    check_transactions(open);
    check_large_values(open);
    check_replaced_large_values(open);
    check_spaces_of_large_values(open);
    check_spaces(open);
    check_forks(open);
}

}  // namespace tailrace::storage
