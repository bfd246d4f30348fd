#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/storage/open_store.hpp"
#include "tests/catch.hpp"
#include "tests/table/recording_gate.hpp"
#include "tests/table/table_fixture.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::table;

namespace {

/// A database with readers and the table "things", in a file or in memory.
class ReadersDatabase {
  public:
    explicit ReadersDatabase(bool in_file)
        : database(storage::open_store({in_file ? folder_.path("data.db") : std::string()}), clock_) {
        database.use_readers();
        database.write([](WriteSession& session) {
            TableDefinition definition;
            definition.name = "things";
            definition.space = session.create_space();
            session.save_table(definition);
        });
    }

    void put(const std::string& value) {
        database.write([&](WriteSession& session) {
            session.transaction().put(session.table("things").space, "row", value, 1);
        });
    }
    /// What a read in a snapshot finds.
    std::string found() {
        return database.read_rows([](ReadSession& session) { return row_in(session); });
    }
    static std::string row_in(ReadSession& session) {
        const auto stored = session.rows().get(session.table("things").space, "row");
        return stored ? stored->bytes : "none";
    }

  private:
    tests::TemporaryFolder folder_;
    ManualClock clock_{Timestamp(std::chrono::seconds(1769860800))};

  public:
    Database database;
};

}  // namespace

TEST_CASE("reads in snapshots begin and end while a write holds the lock", "[readers]") {
    ReadersDatabase db(GENERATE(false, true));
    db.put("before");
    CHECK(db.found() == "before");
    std::promise<void> has_written;
    std::promise<void> have_read;
    std::thread writer([&] {
        db.database.write([&](WriteSession& session) {
            session.transaction().put(session.table("things").space, "row", "after", 1);
            has_written.set_value();
            have_read.get_future().wait();
        });
    });
    has_written.get_future().wait();
    const std::string page = db.found();
    const std::string row =
        db.database.read_row([](ReadSession& session) { return ReadersDatabase::row_in(session); });
    have_read.set_value();
    writer.join();
    CHECK(page == "before");
    CHECK(row == "before");
    CHECK(db.found() == "after");
}

TEST_CASE("while a write changes definitions, reads wait for it", "[readers]") {
    ReadersDatabase db(GENERATE(false, true));
    CHECK(db.found() == "none");
    std::promise<void> has_written;
    std::thread writer([&] {
        db.database.write([&](WriteSession& session) {
            session.remove_table("things");
            TableDefinition definition;
            definition.name = "things";
            definition.space = session.create_space();
            session.save_table(definition);
            session.transaction().put(definition.space, "row", "of the new table", 1);
            has_written.set_value();
        });
    });
    has_written.get_future().wait();
    CHECK(db.found() == "of the new table");
    writer.join();
}

TEST_CASE("a snapshot has what was committed before it, and the definitions of that moment", "[readers]") {
    ReadersDatabase db(GENERATE(false, true));
    CHECK(db.found() == "none");
    db.put("1");
    CHECK(db.found() == "1");
    const std::string seen = db.database.read_rows([&](ReadSession& session) {
        std::thread([&] {
            db.put("2");
            db.database.write([](WriteSession& other) { other.remove_table("things"); });
        }).join();
        CHECK(session.find_table("things") != nullptr);
        return ReadersDatabase::row_in(session);
    });
    CHECK(seen == "1");
    CHECK_THROWS_WITH(db.found(), "Requested resource not found");
}

TEST_CASE("a snapshot stays valid when the database uses another store", "[readers]") {
    ReadersDatabase db(false);
    ReadersDatabase other(false);
    db.put("old");
    other.put("new");
    const std::string seen = db.database.read_rows([&](ReadSession& session) {
        std::thread([&] { db.database.replace(other.database.fork()); }).join();
        return ReadersDatabase::row_in(session);
    });
    CHECK(seen == "old");
    CHECK(db.found() == "new");
    db.database.rest();
    CHECK(db.found() == "new");
}

TEST_CASE("gates are asked about reads even if the database has readers", "[readers]") {
    ReadersDatabase db(false);
    tests::RecordingGate gate;
    db.database.add_gate(gate);
    const std::string refused = db.database.read_rows([](ReadSession& session) {
        session.admit(session.table("things"), "row", AccessKind::read);
        return ReadersDatabase::row_in(session);
    });
    CHECK(refused == "none");
    CHECK(gate.asked == std::vector<std::string>{"things read"});
}
