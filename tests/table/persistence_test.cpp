#include "tests/table/table_fixture.hpp"
#include "tests/temporary_folder.hpp"

#include "engine/table/request_tokens.hpp"
#include "engine/table/table_catalogue_json.hpp"

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
            RequestTokens(session).remember("token", 42);
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
        CHECK(session.database().streams().size() == 1);
        CHECK(RequestTokens(session).find("token", 42) == RequestTokens::Seen::with_this_request);
        return true;
    });
}

TEST_CASE("the definition of a table survives being written down", "[persistence]") {
    TestDatabase db;
    db.create_numbers("KEYS_ONLY");
    db.database.read([](ReadSession& session) {
        TableDefinition definition = session.table("numbers").definition;
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

// A file that was cut, or changed by hand: the row is named, and nothing is written.
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
        std::string refusal;
        try {
            TestDatabase db(storage::open_store(file));
        } catch (const storage::StorageError& error) {
            refusal = error.what();
        }
        INFO(value);
        const std::string begin = "the catalogue is damaged: its row '" + key + "' cannot be read: ";
        CHECK(refusal.substr(0, begin.size()) == begin);
        CHECK(folder.read("data.db") == before);
    }
}
