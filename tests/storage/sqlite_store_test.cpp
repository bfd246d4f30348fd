#include "engine/storage/sqlite_store.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/catch.hpp"
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
