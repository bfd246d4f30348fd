#include "engine/table/item_gate.hpp"

#include "engine/table/items/item_reader.hpp"
#include "engine/table/ranges/range_reader.hpp"
#include "engine/table/transactions/read_transaction.hpp"
#include "engine/table/transactions/write_transaction.hpp"
#include "tests/table/recording_gate.hpp"
#include "tests/table/table_fixture.hpp"

using namespace tailrace;
using namespace tailrace::table;
using tailrace::tests::RecordingGate;

namespace {

using Lines = std::vector<std::string>;

const std::string one = R"({"id":{"S":"a"},"n":{"N":"1"},"t":{"S":"u"}})";
const std::string key = R"({"id":{"S":"a"},"n":{"N":"1"}})";

PlannedWrite put(const TableDefinition& table, std::string_view json) {
    auto image = std::make_shared<ItemImage>(item(json));
    const std::string row_key = base_row_key(table, image->item);
    return {.table = table, .row_key = row_key, .step = std::make_unique<PutStep>(image)};
}

}  // namespace

TEST_CASE("a gate is asked once for each item and for each page", "[item_gate]") {
    RecordingGate gate;
    TestDatabase db;
    db.create_numbers();
    db.put("numbers", one);
    db.database.add_gate(gate);

    db.put("numbers", one);
    CHECK(gate.asked == Lines{"numbers write"});
    gate.asked.clear();
    const auto read = [&](ReadSession& session) {
        const TableDefinition& table = session.table("numbers");
        ItemReader reader(session, Consistency::strong);
        reader.read(table, item(key));
        reader.read_admitted(table, base_row_key(table, item(key)));
        RangeReader ranges(session);
        CHECK(ranges.read({.table = table}).count == 1);
        const IndexDefinition* by_text = table.find_index("by_text");
        CHECK(ranges.read({.table = table, .index = by_text, .fetches_items = true}).count == 1);
    };
    db.database.read(read, {.operation = "Query", .gate = nullptr});
    CHECK(gate.asked == Lines{"Query numbers read", "Query numbers read of a page",
                              "Query numbers.by_text read of a page"});
    gate.asked.clear();

    db.database.read([&](ReadSession& session) {
        const TableDefinition& table = session.table("numbers");
        ReadTransaction transaction(session);
        transaction.add(table, base_row_key(table, item(key)));
        CHECK(transaction.read().items.size() == 1);
    });
    CHECK(gate.asked == Lines{"numbers transactional read"});
    gate.asked.clear();

    db.database.write([&](WriteSession& session) {
        WriteTransaction transaction(session, 1, EmptyKey::ends_request);
        transaction.add(put(session.table("numbers"), one));
        CHECK(gate.asked.empty());
        transaction.decide();
        transaction.apply({});
        transaction.repeat();
    });
    CHECK(gate.asked == Lines{"numbers write"});
}

TEST_CASE("what a gate refuses is neither read nor written", "[item_gate]") {
    RecordingGate gate;
    TestDatabase db;
    db.create_numbers();
    db.database.add_gate(gate);
    gate.answer = ApiError(exceptions::service_unavailable, "later");
    CHECK_THROWS_AS(db.put("numbers", one), ItemRefused);
    CHECK_THROWS_WITH(db.put("numbers", one), "later");
    db.database.read([&](ReadSession& session) {
        const TableDefinition& table = session.table("numbers");
        CHECK_THROWS_AS(ItemReader(session, Consistency::strong).read(table, item(key)), ItemRefused);
        CHECK_THROWS_AS(RangeReader(session).read({.table = table}), ItemRefused);
        CHECK_THROWS_AS(ReadTransaction(session).add(table, "row"), ItemRefused);
    });
    gate.answer.reset();
    CHECK(db.rows("numbers").empty());
    db.put("numbers", one);
    CHECK(db.rows("numbers") == Lines{one});
}

TEST_CASE("gates are asked in the order in which they were added, the holds of transactions last",
          "[item_gate]") {
    RecordingGate first;
    RecordingGate second;
    TestDatabase db;
    db.create_numbers();
    db.database.write([&](WriteSession& session) {
        const TableDefinition& table = session.table("numbers");
        session.hold_item(table, base_row_key(table, item(key)), std::chrono::seconds(1));
    });
    db.database.add_gate(first);
    db.database.add_gate(second);
    CHECK_THROWS_WITH(db.put("numbers", one), "Transaction is ongoing for the item");
    CHECK(second.asked.size() == 1);
    second.answer = ApiError(exceptions::service_unavailable, "second");
    CHECK_THROWS_WITH(db.put("numbers", one), "second");
    first.answer = ApiError(exceptions::service_unavailable, "first");
    CHECK_THROWS_WITH(db.put("numbers", one), "first");
    CHECK(first.asked.size() == 3);
    CHECK(second.asked.size() == 2);
}

TEST_CASE("a held item is closed to writes and to transactional reads", "[item_gate]") {
    TestDatabase db;
    db.create_numbers();
    db.database.write([&](WriteSession& session) {
        const TableDefinition& table = session.table("numbers");
        session.hold_item(table, base_row_key(table, item(key)), std::chrono::seconds(1));
    });
    const auto admitted = [&](AccessKind kind, std::string_view item_key) {
        return db.database.read([&](ReadSession& session) {
            const TableDefinition& table = session.table("numbers");
            try {
                session.admit(table, base_row_key(table, item(item_key)), kind);
            } catch (const ItemRefused& refused) {
                CHECK(refused.type() == ApiError(exceptions::transaction_conflict).type());
                return false;
            }
            return true;
        });
    };
    CHECK(admitted(AccessKind::read, key));
    CHECK_FALSE(admitted(AccessKind::transactional_read, key));
    CHECK_FALSE(admitted(AccessKind::write, key));
    CHECK(admitted(AccessKind::write, R"({"id":{"S":"a"},"n":{"N":"2"}})"));
    db.clock.advance(std::chrono::seconds(1));
    CHECK(admitted(AccessKind::write, key));
}
