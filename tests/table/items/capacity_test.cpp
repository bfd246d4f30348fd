#include "engine/table/items/capacity.hpp"

#include "tests/table/table_fixture.hpp"

using namespace tailrace;
using namespace tailrace::table;

namespace {

boost::json::value shown(TestDatabase& db, const Capacity& capacity, ReturnConsumedCapacity wanted) {
    return db.database.read([&](ReadSession& session) {
        return boost::json::value(consumed_capacity_json(session.table("numbers"), capacity, wanted));
    });
}

const std::string key = R"({"id":{"S":"a"},"n":{"N":"1"}})";
const std::string tagged =
    R"({"id":{"S":"a"},"n":{"N":"1"},"score":{"N":"1"},"t":{"S":"u"},"tag":{"S":"g"}})";

}  // namespace

TEST_CASE("reads cost a unit per 4 KB, half when eventually consistent, double in transactions",
          "[capacity]") {
    CHECK(read_units(0, Consistency::strong) == 1);
    CHECK(read_units(4096, Consistency::strong) == 1);
    CHECK(read_units(4097, Consistency::strong) == 2);
    CHECK(read_units(0, Consistency::eventual) == 0.5);
    CHECK(read_units(12'289, Consistency::eventual) == 2);
    CHECK(read_units(4097, Consistency::transactional) == 4);
}

TEST_CASE("writes cost a unit per KB", "[capacity]") {
    CHECK(write_units(0) == 1);
    CHECK(write_units(1024) == 1);
    CHECK(write_units(1025) == 2);
}

// The table is charged for the larger of the old and the new item, an index for each row it writes.
TEST_CASE("a write is charged to the table and to each index that it touches", "[capacity]") {
    TestDatabase db;
    db.create_numbers();
    const auto units = [](const WriteOutcome& outcome) {
        std::vector<double> all{outcome.capacity.table};
        all.insert(all.end(), outcome.capacity.indexes.begin(), outcome.capacity.indexes.end());
        return all;
    };
    using Units = std::vector<double>;
    CHECK(units(db.put("numbers", tagged)) == Units{1, 1, 1, 1});
    CHECK(units(db.put("numbers", tagged)) == Units{1});
    // by_text moves its row, by_tag rewrites it, by_score does not project the attribute.
    CHECK(units(db.update("numbers", key, "SET t = :v", R"({":v":{"S":"w"}})")) == Units{1, 2, 1});
    CHECK(units(db.update("numbers", key, "SET note = :v", R"({":v":{"S":"w"}})")) == Units{1, 0, 1, 1});
    CHECK(units(db.update("numbers", key, "REMOVE tag")) == Units{1, 0, 1, 1});
    const std::string large =
        R"({"id":{"S":"a"},"n":{"N":"1"},"tag":{"S":"g"},"x":{"S":")" + std::string(3000, 'x') + R"("}})";
    CHECK(units(db.put("numbers", large)) == Units{3, 1, 3});
    CHECK(units(db.erase("numbers", key)) == Units{3, 0, 3});
    CHECK(units(db.erase("numbers", key)) == Units{1});
}

TEST_CASE("consumed capacity is shown as a sum or with its parts", "[capacity]") {
    TestDatabase db;
    db.create_numbers();
    Capacity capacity;
    capacity.table = 2;
    capacity.add_index(0, 1);
    capacity.add_index(2, 0.5);
    CHECK(shown(db, capacity, ReturnConsumedCapacity::total) ==
          boost::json::parse(R"({"TableName":"numbers","CapacityUnits":3.5})"));
    CHECK(shown(db, capacity, ReturnConsumedCapacity::indexes) ==
          boost::json::parse(R"({"TableName":"numbers","CapacityUnits":3.5,"Table":{"CapacityUnits":2.0},
              "LocalSecondaryIndexes":{"by_text":{"CapacityUnits":1.0}},
              "GlobalSecondaryIndexes":{"by_score":{"CapacityUnits":0.5}}})"));
}
