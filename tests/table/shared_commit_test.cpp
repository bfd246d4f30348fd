#include "engine/table/shared_commit.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/storage/open_store.hpp"
#include "engine/table/database.hpp"
#include "engine/table/state_row.hpp"
#include "tests/catch.hpp"
#include "tests/failing_store.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::table;

namespace {

/// A request whose answer can wait for a commit.
struct Waiting {
    std::shared_ptr<SharedCommit> commit = nullptr;

    Requester requester() { return {.operation = "PutItem", .commit = &commit}; }
};

/// A database in a file with the table "things".
class SharingDatabase {
  public:
    SharingDatabase()
        : database(
              std::make_unique<tests::FailingStore>(storage::open_store({folder_.path("data.db")}), store),
              clock_) {
        database.write([](WriteSession& session) {
            TableDefinition definition;
            definition.name = "things";
            definition.space = session.create_space();
            session.save_table(definition);
        });
        database.set_observer([this] { ++notices; });
        store.commits = 0;
    }

    /// Saves a state and counts an item, for a request that can wait.
    void write(Waiting& request, const std::string& name) {
        database.write(
            [&](WriteSession& session) {
                session.save_state(name, "written");
                session.count(session.table("things"), 0, {1, 10});
                session.draw_sequence();
                TableDefinition table = session.table("things");
                table.deletion_protection = !table.deletion_protection;
                session.save_table(std::move(table));
            },
            request.requester());
    }
    /// Draws a number, as a change does, for a request that can wait.
    void draw(Waiting& request) {
        database.write([](WriteSession& session) { session.draw_sequence(); }, request.requester());
    }
    /// The newest number that a read of changes sees.
    std::uint64_t newest_change() {
        return database.read_changes([](ReadSession& session) { return session.sequence(); });
    }
    /// Saves a state, for a thread that answers no requests.
    void write_with_others(const std::string& name) { StateRow(database, name).save_with_others("written"); }
    /// The states "a" to "d" that exist, for somebody who cannot wait.
    std::string states() {
        return database.read([](ReadSession& session) { return states_in(session); });
    }
    static std::string states_in(ReadSession& session) {
        std::string found;
        session.visit_states("", [&](std::string_view name, std::string_view) { found.append(name); });
        return found;
    }
    /// The number of items and the newest sequence number.
    std::pair<std::uint64_t, std::uint64_t> numbers() {
        return database.read([](ReadSession& session) {
            return std::pair(static_cast<std::uint64_t>(session.counts(session.table("things"))[0].items),
                             session.sequence());
        });
    }
    /// What a database sees that is opened with a copy of the store.
    std::string reopened() {
        Database other(database.fork(), clock_);
        return other.read([](ReadSession& session) {
            return states_in(session) + " " +
                   std::to_string(session.counts(session.table("things"))[0].items) + " " +
                   std::to_string(session.sequence());
        });
    }

  private:
    tests::TemporaryFolder folder_;
    ManualClock clock_{Timestamp(std::chrono::seconds(1769860800))};

  public:
    tests::StoreFaults store;
    Database database;
    int notices = 0;
};

}  // namespace

TEST_CASE("writes whose answers can wait share a commit", "[shared_commit]") {
    SharingDatabase db;
    Waiting first;
    Waiting second;
    Waiting third;
    db.write(first, "a");
    db.write(second, "b");
    db.write(third, "c");
    CHECK(db.store.commits == 0);
    CHECK(db.notices == 0);
    REQUIRE(first.commit != nullptr);
    CHECK(first.commit == second.commit);
    CHECK(first.commit == third.commit);

    second.commit->finish();
    CHECK(db.store.commits == 1);
    CHECK(db.notices == 1);
    first.commit->finish();
    third.commit->finish();
    CHECK(db.store.commits == 1);
    CHECK(db.notices == 1);
    CHECK(db.reopened() == "abc 3 3");
}

TEST_CASE("a part that fails leaves the others of its commit", "[shared_commit]") {
    SharingDatabase db;
    Waiting first;
    Waiting failing;
    Waiting last;
    db.write(first, "a");
    const auto fail = [&](WriteSession& session) {
        session.save_state("b", "undone");
        session.count(session.table("things"), 0, {1, 10});
        session.draw_sequence();
        throw std::runtime_error("refused");
    };
    CHECK_THROWS_WITH(db.database.write(fail, failing.requester()), "refused");
    // What it saw was not committed, so this answer waits too.
    CHECK(failing.commit == first.commit);
    db.write(last, "c");
    last.commit->finish();
    CHECK(db.store.commits == 1);
    CHECK(db.reopened() == "ac 2 2");
}

TEST_CASE("a read sees what is not committed yet, and waits for it if it can", "[shared_commit]") {
    SharingDatabase db;
    Waiting writer;
    Waiting reader;
    db.write(writer, "a");
    const std::string seen = db.database.read(
        [](ReadSession& session) { return SharingDatabase::states_in(session); }, reader.requester());
    CHECK(seen == "a");
    CHECK(reader.commit == writer.commit);
    CHECK(db.store.commits == 0);

    // Somebody who cannot wait sees only what is committed, so this makes the commit.
    CHECK(db.states() == "a");
    CHECK(db.store.commits == 1);
    CHECK(db.notices == 1);
    writer.commit->finish();
    CHECK(db.store.commits == 1);

    Waiting later;
    db.database.read([](ReadSession&) { return 0; }, later.requester());
    CHECK(later.commit == nullptr);
}

TEST_CASE("a write that cannot wait joins the commit and makes it", "[shared_commit]") {
    SharingDatabase db;
    Waiting writer;
    db.write(writer, "a");
    db.database.write([](WriteSession& session) { session.save_state("b", "written"); });
    CHECK(db.store.commits == 1);
    CHECK(db.notices == 1);
    writer.commit->finish();
    CHECK(db.reopened() == "ab 1 1");
}

TEST_CASE("a commit that fails keeps nothing, and each of its requests is told", "[shared_commit]") {
    SharingDatabase db;
    Waiting kept;
    db.write(kept, "a");
    kept.commit->finish();

    Waiting first;
    Waiting second;
    Waiting reader;
    db.write(first, "b");
    db.write(second, "c");
    db.database.read([](ReadSession&) { return 0; }, reader.requester());
    db.store.next_write = true;
    CHECK_THROWS_WITH(first.commit->finish(), "the disk is full");
    CHECK_THROWS_WITH(second.commit->finish(), "the disk is full");
    CHECK_THROWS_WITH(reader.commit->finish(), "the disk is full");
    CHECK(db.notices == 1);
    CHECK(db.states() == "a");
    CHECK(db.numbers() == std::pair<std::uint64_t, std::uint64_t>(1, 1));

    Waiting next;
    db.write(next, "d");
    next.commit->finish();
    CHECK(db.reopened() == "ad 2 2");
}

TEST_CASE("a write that cannot wait is told if the commit fails that it joined", "[shared_commit]") {
    SharingDatabase db;
    Waiting writer;
    db.write(writer, "a");
    db.store.next_write = true;
    CHECK_THROWS_WITH(db.database.write([](WriteSession& session) { session.save_state("b", "written"); }),
                      "the disk is full");
    CHECK_THROWS_WITH(writer.commit->finish(), "the disk is full");
    CHECK(db.states().empty());
}

TEST_CASE("a commit with very many parts is made without waiting for the others", "[shared_commit]") {
    SharingDatabase db;
    constexpr int many = 300;
    std::vector<Waiting> requests(many);
    for (Waiting& each : requests) db.write(each, "a");
    CHECK(db.store.commits == 1);
    for (Waiting& each : requests) each.commit->finish();
    CHECK(db.store.commits == 2);
    CHECK(db.reopened() == "a 300 300");
}

TEST_CASE("threads that share commits, and others that cannot wait, lose nothing", "[shared_commit]") {
    SharingDatabase db;
    constexpr int writers = 4;
    constexpr int writes = 100;
    std::vector<std::thread> threads;
    threads.reserve(writers);
    std::atomic<int> unseen = 0;
    for (int writer = 0; writer < writers; ++writer) {
        threads.emplace_back([&db, &unseen, writer] {
            const std::string name = std::to_string(writer);
            for (int i = 0; i < writes; ++i) {
                Waiting request;
                db.write(request, name);
                if (i % 2 == 0) request.commit->finish();
                if (db.states().find(name) == std::string::npos) ++unseen;
                if (i % 2 != 0) request.commit->finish();
            }
        });
    }
    for (std::thread& each : threads) each.join();
    CHECK(unseen == 0);
    CHECK(db.reopened() == "0123 400 400");
}

TEST_CASE("if what is left after a failed commit cannot be read, reads fail until it can",
          "[shared_commit]") {
    SharingDatabase db;
    Waiting kept;
    db.write(kept, "a");
    kept.commit->finish();
    Waiting lost;
    db.write(lost, "b");
    db.store.next_write = true;
    db.store.reads = true;
    CHECK_THROWS_WITH(lost.commit->finish(), "the disk is full");
    CHECK_THROWS_WITH(db.states(), "the disk cannot be read");
    Waiting refused;
    CHECK_THROWS_WITH(db.write(refused, "c"), "the disk cannot be read");
    db.store.reads = false;
    CHECK(db.states() == "a");
    CHECK(db.numbers() == std::pair<std::uint64_t, std::uint64_t>(1, 1));
}

TEST_CASE("a database that is closed makes its last commit", "[shared_commit]") {
    const tests::TemporaryFolder folder;
    const std::string path = folder.path("data.db");
    const ManualClock clock(Timestamp(std::chrono::seconds(1769860800)));
    Waiting writer;
    {
        Database database(storage::open_store({path}), clock);
        database.write([](WriteSession& session) { session.save_state("a", "written"); }, writer.requester());
    }
    Database database(storage::open_store({path}), clock);
    CHECK(database.read([](ReadSession& session) { return session.load_state("a"); }) == "written");
}

TEST_CASE("a fork has what was written before it", "[shared_commit]") {
    SharingDatabase db;
    Waiting writer;
    db.write(writer, "a");
    CHECK(db.reopened() == "a 1 1");
    CHECK(db.store.commits == 1);
}

TEST_CASE("a read of changes leaves the commit to others and sees the numbers from before it",
          "[shared_commit]") {
    SharingDatabase db;
    Waiting first;
    Waiting second;
    db.draw(first);
    CHECK(db.newest_change() == 0);
    first.commit->finish();
    CHECK(db.newest_change() == 1);

    db.draw(second);
    CHECK(db.newest_change() == 1);
    CHECK(db.store.commits == 1);
    // A commit that changes definitions is made first.
    db.write(second, "a");
    CHECK(db.newest_change() == 3);
    CHECK(db.store.commits == 2);
}

TEST_CASE("a write of another thread joins the commit of requests and returns after it", "[shared_commit]") {
    SharingDatabase db;
    db.write_with_others("a");
    CHECK(db.store.commits == 1);

    Waiting writer;
    db.draw(writer);
    std::thread other([&] { db.write_with_others("b"); });
    const auto seen = [&] {
        Waiting reader;
        return db.database.read([](ReadSession& session) { return SharingDatabase::states_in(session); },
                                reader.requester());
    };
    while (seen() != "ab") std::this_thread::yield();
    writer.commit->finish();
    other.join();
    CHECK(db.store.commits == 2);
    CHECK(db.reopened() == "ab 0 1");
}

TEST_CASE("a write of another thread makes the commit if nobody else does", "[shared_commit]") {
    SharingDatabase db;
    Waiting gone;
    db.draw(gone);
    db.write_with_others("a");
    CHECK(db.store.commits == 1);
    CHECK(db.reopened() == "a 0 1");
}

TEST_CASE("a write of another thread is told if the commit fails that it joined", "[shared_commit]") {
    SharingDatabase db;
    Waiting writer;
    db.draw(writer);
    db.store.next_write = true;
    CHECK_THROWS_WITH(db.write_with_others("a"), "the disk is full");
    CHECK(db.states().empty());
}
