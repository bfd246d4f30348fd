#include <map>
#include <random>
#include <set>

#include "engine/table/items/index_row.hpp"
#include "tests/table/table_fixture.hpp"

using namespace tailrace;
using namespace tailrace::table;

namespace {

/// What the database must hold: the items as plain JSON, by key.
using Model = std::map<std::string, std::string>;

/// The keys and values come from small sets, so that writes often hit the same item.
class RandomWrites {
  public:
    explicit RandomWrites(unsigned seed) : random_(seed) {}

    std::string key() {
        return R"("id":{"S":")" + pick({"a", "b", "c"}) + R"("},"n":{"N":")" +
               pick({"-1", "0", "2.5", "10"}) + R"("})";
    }
    std::string attributes() {
        std::string text;
        if (chance()) text += R"(,"note":{"S":")" + pick({"x", "y"}) + R"("})";
        if (chance()) text += R"(,"score":{"N":")" + pick({"1", "2", "30"}) + R"("})";
        if (chance()) text += R"(,"t":{"S":")" + pick({"u", "v", "vv"}) + R"("})";
        if (chance()) text += R"(,"tag":{"S":")" + pick({"g", "h"}) + R"("})";
        return text;
    }
    std::string pick(const std::vector<std::string>& from) { return from[random_() % from.size()]; }
    bool chance() { return random_() % 2 == 0; }
    unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

  private:
    std::mt19937 random_;
};

std::multiset<std::string> as_set(const std::vector<std::string>& rows) {
    return {rows.begin(), rows.end()};
}

/// Checks that every index holds exactly the rows that follow from the table's items, and that the counts are
/// right.
void check_indexes(TestDatabase& db) {
    const TableDefinition definition =
        db.database.read([](ReadSession& session) { return session.table("numbers"); });
    const auto items = db.rows("numbers");
    const auto counts = db.counts("numbers");
    CHECK(counts[0].first == static_cast<std::int64_t>(items.size()));
    for (std::size_t i = 0; i < definition.indexes.size(); ++i) {
        std::multiset<std::string> expected;
        std::int64_t bytes = 0;
        for (const std::string& json : items) {
            const ItemImage image(item(json));
            const IndexRow row =
                index_row(definition, definition.indexes[i], {&image.item, image.json, image.size_bytes});
            if (!row.exists()) continue;
            expected.insert(row.json);
            bytes += row.size_bytes;
        }
        CAPTURE(definition.indexes[i].name);
        CHECK(as_set(db.rows("numbers", definition.indexes[i].name)) == expected);
        CHECK(counts[i + 1].first == static_cast<std::int64_t>(expected.size()));
        CHECK(counts[i + 1].second == bytes);
    }
}

/// Replays the stream's records one after the other. The last images must equal the table's items.
Model replay(TestDatabase& db) {
    Model model;
    for (const auto& record : db.changes("numbers")) {
        const auto& change = record.at("dynamodb").as_object();
        const std::string key = boost::json::serialize(change.at("Keys"));
        const auto* image = change.if_contains("NewImage");
        if (image == nullptr) {
            CHECK(model.erase(key) == 1);
        } else {
            CHECK(model.contains(key) == (record.at("eventName") == "MODIFY"));
            model[key] = boost::json::serialize(*image);
        }
    }
    return model;
}

}  // namespace

// Compares random writes with a plain map: the table, its indexes, its counts and its stream must all agree
// with the map.
TEST_CASE("random writes leave what a map would hold", "[reference_model]") {
    for (const unsigned seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        TestDatabase db;
        db.create_numbers("NEW_AND_OLD_IMAGES");
        RandomWrites random(seed);
        Model model;
        for (int step = 0; step < 400; ++step) {
            const std::string key = "{" + random.key() + "}";
            const std::string opening = key.substr(0, key.size() - 1);
            const unsigned kind = random.below(4);
            if (kind == 0) {
                db.erase("numbers", key);
                model.erase(key);
            } else if (kind == 1 && !model.contains(key)) {
                const std::string tag = random.pick({"g", "h"});
                db.update("numbers", key, "SET tag = :v", R"({":v":{"S":")" + tag + R"("}})");
                model[key] = opening + R"(,"tag":{"S":")" + tag + R"("}})";
            } else {
                const std::string json = opening + random.attributes() + "}";
                db.put("numbers", json);
                model[key] = json;
            }
            if (step % 50 == 49) check_indexes(db);
        }
        std::multiset<std::string> expected;
        for (const auto& [key, json] : model) expected.insert(json);
        CHECK(as_set(db.rows("numbers")) == expected);
        check_indexes(db);
        CHECK(replay(db) == model);
    }
}
