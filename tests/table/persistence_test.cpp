#include <filesystem>

#include "tests/run_sql.hpp"
#include "tests/table/table_fixture.hpp"
#include "tests/temporary_folder.hpp"

#include "engine/table/catalogue/table_catalogue_json.hpp"
#include "engine/table/transactions/request_tokens.hpp"

using namespace tailrace;
using namespace tailrace::table;

namespace {

boost::json::value sequence(const boost::json::value& record) {
    return record.at("dynamodb").at("SequenceNumber");
}

}  // namespace

TEST_CASE("a file that is opened again has all that was in it", "[persistence]") {
    const tests::TemporaryFolder folder;
    const storage::StoreOptions file{folder.path("data.db")};
    const std::string first = R"({"id":{"S":"a"},"n":{"N":"1"},"tag":{"S":"g"}})";
    const std::string second = R"({"id":{"S":"b"},"n":{"N":"1"},"t":{"S":"u"}})";
    storage::SpaceId last_space = 0;
    {
        TestDatabase db(storage::open_store(file));
        db.create_numbers("NEW_IMAGE");
        db.put("numbers", first);
        db.put("numbers", second);
        last_space = db.database.write([](WriteSession& session) {
            session.save_state("checkpoint", "7");
            RequestTokens(session).remember({"token", 42});
            return session.create_space();
        });
    }
    TestDatabase db(storage::open_store(file));
    CHECK(db.rows("numbers").size() == 2);
    CHECK(db.rows("numbers", "by_tag") == std::vector<std::string>{first});
    CHECK(db.counts("numbers") ==
          std::vector<std::pair<std::int64_t, std::int64_t>>{{2, 18}, {1, 8}, {1, 10}, {0, 0}});
    db.erase("numbers", R"({"id":{"S":"b"},"n":{"N":"1"}})");
    CHECK(db.counts("numbers")[1].first == 0);
    const auto changes = db.changes("numbers");
    REQUIRE(changes.size() == 3);
    CHECK(sequence(changes[2]) == "100000000000000000003");
    db.database.write([&](WriteSession& session) {
        CHECK(session.create_space() == last_space + 1);
        CHECK(session.catalogue().streams.size() == 1);
        CHECK(RequestTokens(session).find({"token", 42}) == RequestTokens::Seen::with_this_request);
        return true;
    });
}

TEST_CASE("the definition of a table survives being written down", "[persistence]") {
    TestDatabase db;
    db.create_numbers("KEYS_ONLY");
    db.database.read([](ReadSession& session) {
        TableDefinition definition = session.table("numbers");
        definition.billing_mode = BillingMode::pay_per_request;
        definition.pay_per_request_since = session.now();
        definition.throughput = {1, 2, 3, session.now(), session.now()};
        definition.indexes[1].throughput = {4, 5, 6, session.now(), {}};
        definition.deletion_protection = true;
        definition.tags = boost::json::parse(R"([{"Key":"k","Value":"v"}])").as_array();
        definition.shown_settings["TableClassSummary"] = boost::json::object{{"TableClass", "STANDARD"}};
        raise_warm_throughput(definition);
        const boost::json::object written = catalogue_json(definition);
        const TableDefinition again = from_catalogue_json(written);
        CHECK(catalogue_json(again) == written);
        CHECK(again.keys.partition().size() == 1);
        CHECK(again.keys.sort().front().name == "n");
        return true;
    });
}

TEST_CASE("a table that is removed leaves nothing in the file", "[persistence]") {
    const tests::TemporaryFolder folder;
    const storage::StoreOptions file{folder.path("data.db")};
    {
        TestDatabase db(storage::open_store(file));
        db.create_numbers();
        db.put("numbers", R"({"id":{"S":"a"},"n":{"N":"1"}})");
        db.database.write([](WriteSession& session) {
            session.remove_table("numbers");
            return true;
        });
    }
    TestDatabase db(storage::open_store(file));
    db.database.read([](ReadSession& session) {
        CHECK(session.find_table("numbers") == nullptr);
        const auto rows = session.transaction().range(storage::catalogue_space, {"counts/", "counts0"},
                                                      storage::Direction::forward);
        CHECK_FALSE(rows->next());
        return true;
    });
}

namespace {

/// Returns the error on opening a file, or "opened".
std::string refusal_of(const std::string& path) {
    try {
        TestDatabase db(storage::open_store({path}));
        return "opened";
    } catch (const storage::StorageError& error) {
        return error.what();
    }
}

/// Applies `change`, an SQL statement, to a file and returns the error on opening it again, which must leave
/// the file as it was.
std::string refusal_after(const std::string& change) {
    const tests::TemporaryFolder folder;
    const std::string path = folder.path("data.db");
    {
        TestDatabase db(storage::open_store({path}));
        db.create_numbers("NEW_IMAGE");
        db.put("numbers", R"({"id":{"S":"a"},"n":{"N":"1"}})");
    }
    tests::run_sql(path, change);
    const std::string before = folder.read("data.db");
    std::string refusal = refusal_of(path);
    CHECK(folder.read("data.db") == before);
    return refusal;
}

}  // namespace

// Damage that would make requests fail later, or hide tables, is reported when the file is opened.
TEST_CASE("a file in which rows or their tables are missing is refused", "[persistence]") {
    CHECK(refusal_after("DROP TABLE space_1") ==
          "the database is damaged: the rows of the table 'numbers' are missing (space 1)");
    CHECK(refusal_after("DROP TABLE space_3") ==
          "the database is damaged: the rows of the index 'by_tag' of the table 'numbers' are missing (space "
          "3)");
    const std::string changes = refusal_after("DROP TABLE space_5");
    CHECK(changes.starts_with("the database is damaged: the changes of the stream 'arn:aws:dynamodb:"));
    CHECK(changes.ends_with("' are missing (space 5)"));
    const std::string no_table =
        "the catalogue is damaged: it has no table, but the file has the rows of one (space 1)";
    CHECK(refusal_after("DELETE FROM space_0") == no_table);
    CHECK(refusal_after("DELETE FROM space_0 WHERE CAST(key AS TEXT) LIKE 'table/%'") == no_table);
    CHECK(refusal_after("DELETE FROM space_0 WHERE key = CAST('space' AS BLOB)") ==
          "the catalogue is damaged: its row 'space' says 0, but there is a space 5");
    const std::string no_shards =
        refusal_after("DELETE FROM space_0 WHERE CAST(key AS TEXT) LIKE 'shards/%'");
    CHECK(no_shards.starts_with("the catalogue is damaged: its row 'shards/arn:aws:dynamodb:"));
    CHECK(no_shards.ends_with("' is missing"));
}

// Their spaces belong to no table, and nothing is missing.
TEST_CASE("a file with only streams and discarded rows left can be opened", "[persistence]") {
    const tests::TemporaryFolder folder;
    const storage::StoreOptions file{folder.path("data.db")};
    storage::SpaceId discarded = 0;
    {
        TestDatabase db(storage::open_store(file));
        db.create_numbers("NEW_IMAGE");
        db.database.write([&](WriteSession& session) {
            discarded = session.create_space();
            session.discard_space(discarded, {1'000'000, 1'000'000'000});
            session.remove_table("numbers");
            return true;
        });
    }
    TestDatabase db(storage::open_store(file));
    db.database.read([&](ReadSession& session) {
        CHECK(session.catalogue().tables.empty());
        CHECK(session.catalogue().streams.size() == 1);
        CHECK(session.discarded_space() == discarded);
        return true;
    });
}

// A saved state can name a copy of a table's rows. The copy outlives the table.
TEST_CASE("a state keeps a copy of a table's rows until the copy is discarded", "[persistence]") {
    const tests::TemporaryFolder folder;
    const std::string path = folder.path("data.db");
    storage::SpaceId copy = 0;
    {
        TestDatabase db(storage::open_store({path}));
        db.create_numbers();
        db.put("numbers", R"({"id":{"S":"a"},"n":{"N":"1"}})");
        db.database.write([&](WriteSession& session) {
            copy = session.keep_copy(session.table("numbers").space);
            session.save_state("backup/1", std::to_string(copy));
        });
        db.put("numbers", R"({"id":{"S":"a"},"n":{"N":"2"}})");
        db.database.write([](WriteSession& session) { session.remove_table("numbers"); });
    }
    {
        TestDatabase db(storage::open_store({path}));
        db.database.write([&](WriteSession& session) {
            CHECK(session.catalogue().tables.empty());
            CHECK(session.load_state("backup/1") == std::to_string(copy));
            CHECK(session.transaction().spaces() == std::vector{copy});
            const auto rows = session.transaction().range(copy, {}, storage::Direction::forward);
            REQUIRE(rows->next());
            CHECK(rows->value() == R"({"id":{"S":"a"},"n":{"N":"1"}})");
            CHECK_FALSE(rows->next());
        });
    }
    const std::string damaged = folder.path("damaged.db");
    std::filesystem::copy_file(path, damaged);
    tests::run_sql(damaged, "DROP TABLE space_" + std::to_string(copy));
    CHECK(refusal_of(damaged) ==
          "the database is damaged: kept rows are missing (space " + std::to_string(copy) + ")");
    {
        TestDatabase db(storage::open_store({path}));
        db.database.write([&](WriteSession& session) {
            session.discard_space(copy, {1, 20});
            session.erase_state("backup/1");
        });
    }
    TestDatabase db(storage::open_store({path}));
    db.database.read([](ReadSession& session) {
        CHECK(session.transaction().spaces().empty());
        CHECK_FALSE(session.load_state("backup/1"));
        return true;
    });
}

// For a file that was cut or edited by hand, the message names the row, and nothing is written.
TEST_CASE("a damaged catalogue is refused with the row", "[persistence]") {
    const std::string definition = R"({"Name":"numbers"})";
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"table/numbers", R"({"Name":"numbers","Id")"},
        {"table/numbers", definition},
        {"table/numbers", "[]"},
        {"stream/arn", "{}"},
        {"sequence", "1x"},
        {"space", ""}};
    for (const auto& [key, value] : rows) {
        const tests::TemporaryFolder folder;
        const storage::StoreOptions file{folder.path("data.db")};
        {
            TestDatabase db(storage::open_store(file));
            db.create_numbers("NEW_IMAGE");
        }
        {
            const auto store = storage::open_store(file);
            const auto transaction = store->begin();
            transaction->put(storage::catalogue_space, key, value, 0);
            transaction->commit();
        }
        const std::string before = folder.read("data.db");
        const std::string refusal = refusal_of(folder.path("data.db"));
        INFO(value);
        const std::string begin = "the catalogue is damaged: its row '" + key + "' cannot be read: ";
        CHECK(refusal.substr(0, begin.size()) == begin);
        CHECK(folder.read("data.db") == before);
    }
}
