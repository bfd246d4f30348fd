#include "engine/table/items/item_reader.hpp"

#include "tests/table/table_fixture.hpp"

using namespace tailrace;
using namespace tailrace::table;

namespace {

const std::string read_key = R"({"id":{"S":"a"},"n":{"N":"1"}})";

}  // namespace

TEST_CASE("an item is read by its key or its row key, with its size and what that costs", "[item_reader]") {
    TestDatabase db;
    db.create_numbers();
    const std::string text(5000, 'x');
    db.put("numbers", R"({"id":{"S":"a"},"n":{"N":"1"},"note":{"S":")" + text + R"("}})");
    db.database.read([&](ReadSession& session) {
        const TableDefinition& table = session.table("numbers");
        const ItemRead read = ItemReader(session, Consistency::transactional).read(table, item(read_key));
        REQUIRE(read.stored);
        CHECK(read.stored->bytes == R"({"id":{"S":"a"},"n":{"N":"1"},"note":{"S":")" + text + R"("}})");
        CHECK(read.size_bytes() == 2 + 1 + 1 + 2 + 4 + 5000);
        CHECK(read.capacity().table == 4);
        CHECK(read.capacity().indexes.empty());

        const std::string row_key = base_row_key(table, item(read_key));
        const ItemRead again = ItemReader(session, Consistency::eventual).read(table, row_key);
        CHECK(again.stored->bytes == read.stored->bytes);
        CHECK(again.capacity().table == 1);
        return true;
    });
}

TEST_CASE("looking for a missing item costs a unit", "[item_reader]") {
    TestDatabase db;
    db.create_numbers();
    db.database.read([&](ReadSession& session) {
        const ItemRead read =
            ItemReader(session, Consistency::strong).read(session.table("numbers"), item(read_key));
        CHECK_FALSE(read.stored);
        CHECK(read.size_bytes() == 0);
        CHECK(read.capacity().table == 1);
        return true;
    });
}
