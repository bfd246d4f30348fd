#include "engine/table/items/index_builder.hpp"
#include "engine/table/items/discarded_spaces.hpp"

#include <random>

#include "engine/table/items/time_to_live.hpp"
#include "tests/table/table_fixture.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::table;

namespace {

/// A slice of exactly this many rows, however long they take.
SliceLimits slice_of(std::size_t rows) {
    return {.rows = rows, .least_rows = rows};
}

/// A table "things" with the key id (S), to which an index by_tag (tag, S) is added. Items are {"id","tag"}
/// and {"id"}.
class IndexedDatabase : public TestDatabase {
  public:
    explicit IndexedDatabase(std::unique_ptr<storage::Store> store = storage::open_store({}))
        : TestDatabase(std::move(store)) {}

    void create_things() {
        create(R"({"TableName":"things","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},
                                    {"AttributeName":"tag","AttributeType":"S"}]})");
    }

    void put_thing(int number, int tag) {
        const std::string tag_json = tag == 0 ? "" : R"(,"tag":{"S":")" + std::to_string(tag) + R"("})";
        put("things", R"({"id":{"S":")" + std::to_string(number) + R"("})" + tag_json + "}");
    }
    void erase_thing(int number) { erase("things", R"({"id":{"S":")" + std::to_string(number) + R"("}})"); }

    /// Adds an index and fills its first slice, as UpdateTable does.
    void begin_index(const std::string& name, std::size_t rows) {
        database.write([&](WriteSession& session) {
            TableDefinition definition = session.table("things");
            Counts counts = session.counts(session.table("things"));
            IndexDefinition index;
            index.name = name;
            index.global = true;
            index.keys = {{{"tag", AttributeType::S}}, 1};
            index.space = session.create_space();
            index.backfilled_up_to.emplace();
            definition.indexes.push_back(std::move(index));
            counts.emplace_back();
            fill_slice(session, std::move(definition), std::move(counts), rows);
            return true;
        });
    }

    /// Fills one more slice; returns false if the index is complete.
    bool fill(std::size_t rows) {
        HoldBudget budget;
        return database.write_slice(budget, [&](WriteSession& session, const SliceLimits&) {
            const TableDefinition& table = session.table("things");
            return fill_slice(session, table, session.counts(table), rows);
        });
    }

    std::string table_id() {
        return database.read([](ReadSession& session) { return session.table("things").id; });
    }

    bool backfilling() {
        return database.read(
            [](ReadSession& session) { return session.table("things").backfilling_index() != nullptr; });
    }

    std::optional<storage::SpaceId> discarded() {
        return database.read([](ReadSession& session) { return session.discarded_space(); });
    }

  private:
    static bool fill_slice(WriteSession& session, TableDefinition definition, Counts counts,
                           std::size_t rows) {
        TimeSlice slice(slice_of(rows));
        backfill_slice(session, definition, counts, slice);
        const bool goes_on = definition.backfilling_index() != nullptr;
        session.save_table(std::move(definition), std::move(counts));
        return goes_on;
    }
};

/// Checks that the index filled in slices equals one filled in one go.
void check_against_fresh_index(IndexedDatabase& db) {
    db.begin_index("fresh", 1'000'000);
    CHECK(db.rows("things", "by_tag") == db.rows("things", "fresh"));
    const auto counts = db.counts("things");
    REQUIRE(counts.size() == 3);
    CHECK(counts[1] == counts[2]);
}

}  // namespace

TEST_CASE("a time slice ends with its rows or its time", "[slices]") {
    TimeSlice three(slice_of(3));
    CHECK(three.takes_row());
    CHECK(three.takes_row());
    CHECK(three.takes_row());
    CHECK_FALSE(three.takes_row());
    TimeSlice over({.time = std::chrono::microseconds(0), .least_rows = 2});
    CHECK(over.takes_row());
    CHECK(over.takes_row());
    CHECK_FALSE(over.takes_row());
}

// Slices of 7 rows for 40 items hold the lock six times, and another write runs between any two of them.
TEST_CASE("writes get in between the slices of an index that is filled", "[slices]") {
    IndexedDatabase db;
    db.create_things();
    for (int i = 0; i < 40; ++i) db.put_thing(i, 1);
    db.begin_index("by_tag", 7);
    CHECK(db.rows("things", "by_tag").size() == 7);
    CHECK(db.counts("things")[1].first == 7);
    int slices = 1;
    bool goes_on = true;
    while (goes_on) {
        db.put_thing(slices, 2);
        goes_on = db.fill(7);
        ++slices;
    }
    CHECK(slices == 6);
    CHECK_FALSE(db.backfilling());
    CHECK(db.rows("things", "by_tag").size() == 40);
    check_against_fresh_index(db);
}

TEST_CASE("an index filled during writes equals one made in a single step", "[slices]") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        INFO("seed " << seed);
        std::mt19937 random(seed);
        const auto draw = [&random](unsigned below) { return static_cast<int>(random() % below); };
        IndexedDatabase db;
        db.create_things();
        for (int i = 0; i < 60; ++i) db.put_thing(draw(80), draw(4));
        db.begin_index("by_tag", 3);
        do {
            for (int i = draw(12); i > 0; --i) {
                if (draw(3) == 0) {
                    db.erase_thing(draw(80));
                } else {
                    db.put_thing(draw(80), draw(4));
                }
            }
        } while (db.fill(static_cast<std::size_t>(1 + draw(9))));
        check_against_fresh_index(db);
    }
}

// The file of a process that was killed half-way: the filled part is kept, and the rest is filled on opening.
TEST_CASE("an index that was not filled completely is completed after its file is reopened", "[slices]") {
    const tests::TemporaryFolder folder;
    const storage::StoreOptions file{folder.path("data.db")};
    {
        IndexedDatabase db(storage::open_store(file));
        db.create_things();
        for (int i = 0; i < 50; ++i) db.put_thing(i, 1 + i % 3);
        db.begin_index("by_tag", 20);
        db.erase_thing(3);
        db.put_thing(7, 0);
        db.put_thing(100, 2);
    }
    IndexedDatabase db(storage::open_store(file));
    CHECK(db.backfilling());
    finish_interrupted_work(db.database);
    CHECK_FALSE(db.backfilling());
    CHECK(db.rows("things", "by_tag").size() == 49);
    check_against_fresh_index(db);
}

TEST_CASE("two threads may fill one index", "[slices]") {
    IndexedDatabase db;
    db.create_things();
    for (int i = 0; i < 200; ++i) db.put_thing(i, 1 + i % 5);
    db.begin_index("by_tag", 1);
    const std::string id = db.table_id();
    {
        const auto fill = [&] { finish_backfill(db.database, id, slice_of(3)); };
        const std::jthread first(fill);
        const std::jthread second(fill);
    }
    CHECK(db.rows("things", "by_tag").size() == 200);
    check_against_fresh_index(db);
}

// A small table is removed immediately. The rows of a large one are removed later, but its name is free
// immediately.
TEST_CASE(
    "a large table disappears at once and its rows are removed in slices, even after reopening the file",
    "[slices]") {
    const tests::TemporaryFolder folder;
    const storage::StoreOptions file{folder.path("data.db")};
    const auto remove = [](IndexedDatabase& db) {
        db.database.write([](WriteSession& session) {
            session.remove_table("things");
            return true;
        });
    };
    storage::SpaceId old_space = 0;
    {
        IndexedDatabase db(storage::open_store(file));
        db.create_things();
        db.put_thing(1, 1);
        remove(db);
        CHECK_FALSE(db.discarded());
        db.create_things();
        const std::string filler(300'000, 'x');
        for (int i = 0; i < 100; ++i) {
            db.put("things",
                   R"({"id":{"S":")" + std::to_string(i) + R"("},"text":{"S":")" + filler + R"("}})");
        }
        remove(db);
        REQUIRE(db.discarded());
        old_space = *db.discarded();
        db.create_things();
        db.put_thing(5, 1);
    }
    IndexedDatabase db(storage::open_store(file));
    CHECK(db.discarded() == old_space);
    CHECK(db.rows("things").size() == 1);
    finish_interrupted_work(db.database);
    CHECK_FALSE(db.discarded());
    CHECK(db.rows("things").size() == 1);
    db.database.read([&](ReadSession& session) {
        // The old table's space is gone with its rows.
        CHECK_THROWS_AS(session.transaction().get(old_space, "x"), storage::StorageError);
        return true;
    });
}
