#include "engine/table/database.hpp"

#include "engine/model/api_error.hpp"
#include "engine/storage/open_store.hpp"
#include "engine/table/state_row.hpp"
#include "tests/catch.hpp"
#include "tests/storage/contending_store.hpp"

using namespace tailrace;
using namespace tailrace::table;

namespace {

/// A database in which another process commits first, `conflicts` times for each commit.
class ContendedDatabase {
  public:
    explicit ContendedDatabase(int conflicts)
        : database(std::make_unique<tests::ContendingStore>(storage::open_store({}), conflicts), clock_) {
        database.set_observer([this] { ++wakes; });
    }

    /// Creates a table with an item in its counts, and counts how often the work is called.
    storage::SpaceId create_table() {
        return database.write([this](WriteSession& session) {
            ++calls;
            TableDefinition definition;
            definition.name = "things";
            definition.space = session.create_space();
            session.save_table(definition);
            session.count(session.table("things"), 0, {1, 10});
            session.draw_sequence();
            session.hold_item(session.table("things"), "row", std::chrono::seconds(1));
            return definition.space;
        });
    }

  private:
    ManualClock clock_{Timestamp(std::chrono::seconds(1769860800))};

  public:
    Database database;
    int calls = 0;
    int wakes = 0;
};

}  // namespace

// A session that was not committed leaves nothing for the next session to see.
TEST_CASE("work is repeated if another process was first, and counts once", "[conflict]") {
    ContendedDatabase db(3);
    CHECK(db.create_table() == 1);
    CHECK(db.calls == 4);
    CHECK(db.wakes == 1);
    db.database.read([](ReadSession& session) {
        CHECK(session.catalogue().tables.size() == 1);
        CHECK(session.sequence() == 1);
        const TableDefinition& things = session.table("things");
        CHECK(session.counts(things)[0].items == 1);
        CHECK(session.counts(things)[0].bytes == 10);
        CHECK_THROWS_AS(session.admit(things, "row", AccessKind::write), ItemRefused);
    });
}

TEST_CASE("work is given up after losing to other processes several times", "[conflict]") {
    ContendedDatabase db(1000);
    CHECK_THROWS_WITH(db.create_table(),
                      "another process has written what this transaction read, 16 times in a row");
    CHECK(db.calls == 16);
    CHECK(db.wakes == 0);
    db.database.read([](ReadSession& session) {
        CHECK(session.catalogue().tables.empty());
        CHECK(session.sequence() == 0);
    });
}

TEST_CASE("work that is refused is not repeated", "[conflict]") {
    ContendedDatabase db(1);
    int calls = 0;
    CHECK_THROWS_AS(db.database.write([&](WriteSession& session) {
        ++calls;
        session.save_state("place", "1");
        throw ApiError::validation("no");
    }),
                    ApiError);
    CHECK(calls == 1);
    CHECK(StateRow(db.database, "place").load() == std::nullopt);
}

TEST_CASE("a row of state has the value that was saved last, and no value once it is erased", "[state_row]") {
    ContendedDatabase db(1);
    StateRow row(db.database, "place");
    CHECK(row.load() == std::nullopt);
    row.save("1");
    row.save("2");
    CHECK(row.load() == "2");
    CHECK(StateRow(db.database, "place/other").load() == std::nullopt);
    row.erase();
    CHECK(row.load() == std::nullopt);
}

// Successive catalogues share what they have in common, and no reader sees a change before it is committed.
TEST_CASE("a session changes a copy of the catalogue, which takes its place with the commit", "[catalogue]") {
    ContendedDatabase db(0);
    db.create_table();
    const TableDefinition* before = nullptr;
    db.database.write([&](WriteSession& session) {
        before = &session.table("things");
        TableDefinition other;
        other.name = "other";
        other.space = session.create_space();
        session.save_table(other);
        CHECK(session.find_table("other") != nullptr);
        CHECK(&session.table("things") == before);
    });
    CHECK_THROWS_AS(db.database.write([&](WriteSession& session) {
        session.remove_table("other");
        CHECK(session.find_table("other") == nullptr);
        throw ApiError::validation("no");
    }),
                    ApiError);
    db.database.read([&](ReadSession& session) {
        CHECK(session.find_table("other") != nullptr);
        CHECK(&session.table("things") == before);
    });
}
