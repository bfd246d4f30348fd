#include "engine/table/ranges/range_reader.hpp"

#include <algorithm>
#include <set>

#include "engine/model/api_error.hpp"
#include "engine/storage/key_encoding.hpp"
#include "engine/table/ranges/key_range.hpp"
#include "engine/table/ranges/start_key.hpp"
#include "tests/table/table_fixture.hpp"

using namespace tailrace;
using namespace tailrace::table;

namespace {

using storage::Direction;
using Values = std::vector<std::string>;

/// A condition on a sort key that uses #s, :x and :y.
struct SortCondition {
    std::string text;
    std::string x;
    std::string y;
};

/// A table "keyed" whose sort key "sort" has this type. A local and a global index have a sort key "local"
/// with the same values. `values` are in ascending order.
struct KeyedTable {
    std::string type;
    Values values;

    std::string wire(const std::string& value) const { return R"({")" + type + R"(":")" + value + R"("})"; }

    void create(TestDatabase& db) const {
        const std::string definitions =
            R"([{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"sort","AttributeType":")" +
            type + R"("},{"AttributeName":"local","AttributeType":")" + type +
            R"("},{"AttributeName":"other","AttributeType":"S"}])";
        db.create(R"({"TableName":"keyed","AttributeDefinitions":)" + definitions + R"(,
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"sort","KeyType":"RANGE"}],
            "LocalSecondaryIndexes":[{"IndexName":"by_local","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},
                             {"AttributeName":"local","KeyType":"RANGE"}]}],
            "GlobalSecondaryIndexes":[{"IndexName":"by_other","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"other","KeyType":"HASH"},
                             {"AttributeName":"local","KeyType":"RANGE"}]}]})");
        // Neighbours in other partitions, which no query of the middle partition may return.
        for (const std::string id : {"a", "b", "c"}) {
            for (auto value = values.rbegin(); value != values.rend(); ++value) {
                db.put("keyed", R"({"id":{"S":")" + id + R"("},"sort":)" + wire(*value) + R"(,"local":)" +
                                    wire(*value) + R"(,"other":{"S":")" + id + R"("}})");
            }
        }
    }

    /// The sort keys that a query of partition "b" returns.
    Values query(TestDatabase& db, const std::string& index, Direction direction,
                 const SortCondition& sought) const {
        const std::string sort = index.empty() ? "sort" : "local";
        const std::string partition = index == "by_other" ? "other" : "id";
        const auto request =
            boost::json::parse(R"({"ExpressionAttributeNames":{"#p":")" + partition + R"(","#s":")" + sort +
                               R"("},"ExpressionAttributeValues":{":p":{"S":"b"},":x":)" + wire(sought.x) +
                               R"(,":y":)" + wire(sought.y) + "}}");
        auto placeholders = expression::Placeholders::read(Request(request.as_object()));
        const auto parsed = expression::KeyCondition::parse("#p = :p AND " + sought.text, placeholders);
        return db.database.read([&](ReadSession& session) {
            const TableDefinition& table = session.table("keyed");
            RangeRequest read{table};
            read.index = index.empty() ? nullptr : table.find_index(index);
            read.range = partition_range(read.index != nullptr ? read.index->keys : table.keys, parsed).rows;
            read.direction = direction;
            Values found;
            const auto page = boost::json::parse("[" + RangeReader(session).read(read).items_json + "]");
            for (const auto& each : page.as_array()) {
                CHECK(each.at("id").at("S") == "b");
                found.emplace_back(each.at(sort).at(type).as_string());
            }
            return found;
        });
    }
};

/// The keys, as JSON, of all items that pages of `limit` rows return.
std::multiset<std::string> walk(TestDatabase& db, RangeRequest read, std::size_t limit) {
    return db.database.read([&](ReadSession& session) {
        std::multiset<std::string> found;
        read.limit = limit;
        for (;;) {
            const Page page = RangeReader(session).read(read);
            const auto items = boost::json::parse("[" + page.items_json + "]");
            for (const auto& each : items.as_array()) {
                found.insert(boost::json::serialize(each.at("id")) + boost::json::serialize(each.at("n")));
            }
            CHECK(page.scanned_count <= limit);
            if (!page.last_evaluated_key) return found;
            read.after = start_row_key(read.table, read.index, *page.last_evaluated_key);
        }
    });
}

TableDefinition numbers(TestDatabase& db) {
    return db.database.read([](ReadSession& session) { return session.table("numbers"); });
}

}  // namespace

// Each operator becomes a range of rows, which must end exactly where comparing the values would.
TEST_CASE("every key condition selects the rows that a comparison would", "[range_reader]") {
    const std::vector<KeyedTable> tables = {
        {"S", {"a", "aa", "ab", "b", "ba", "é", "中"}},
        {"N", {"-1000", "-12.5", "-1", "-0.001", "0", "0.5", "1", "1.5", "10", "99", "1000"}},
        {"B", {"AA==", "AAA=", "AAE=", "AQ==", "YQ==", "YWE=", "/w==", "//8="}}};
    for (const KeyedTable& table : tables) {
        TestDatabase db;
        table.create(db);
        const std::size_t middle = table.values.size() / 2;
        const std::string& x = table.values[middle - 1];
        const std::string& y = table.values[middle + 1];
        const auto at = [&](std::size_t from, std::size_t to) {
            return Values(table.values.begin() + static_cast<std::ptrdiff_t>(from),
                          table.values.begin() + static_cast<std::ptrdiff_t>(to));
        };
        const std::vector<std::pair<std::string, Values>> conditions = {
            {"#s = :x", {x}},
            {"#s < :x", at(0, middle - 1)},
            {"#s <= :x", at(0, middle)},
            {"#s > :x", at(middle, table.values.size())},
            {"#s >= :x", at(middle - 1, table.values.size())},
            {":x < #s", at(middle, table.values.size())},
            {"#s BETWEEN :x AND :y", at(middle - 1, middle + 2)},
        };
        for (const auto& [condition, expected] : conditions) {
            for (const std::string index : {"", "by_local", "by_other"}) {
                CAPTURE(table.type, condition, index);
                CHECK(table.query(db, index, Direction::forward, {condition, x, y}) == expected);
                Values reversed(expected.rbegin(), expected.rend());
                CHECK(table.query(db, index, Direction::backward, {condition, x, y}) == reversed);
            }
        }
    }
}

TEST_CASE("begins_with selects text and bytes by their beginning", "[range_reader]") {
    const KeyedTable text{"S", {"a", "aa", "ab", "ab\u00ff", "b"}};
    const KeyedTable bytes{"B", {"YQ==", "YQA=", "YWE=", "Yf8=", "Yf//", "Yg=="}};
    for (const KeyedTable& table : {text, bytes}) {
        TestDatabase db;
        table.create(db);
        for (const std::string index : {"", "by_local", "by_other"}) {
            CAPTURE(table.type, index);
            const std::string& a = table.values.front();
            const Values expected(table.values.begin(), table.values.end() - 1);
            CHECK(table.query(db, index, Direction::forward, {"begins_with(#s, :x)", a, a}) == expected);
        }
    }
    TestDatabase db;
    bytes.create(db);
    CHECK(bytes.query(db, "", Direction::backward, {"begins_with(#s, :x)", "Yf8=", "Yf8="}) ==
          Values{"Yf//", "Yf8="});
}

// Rows with equal index keys differ in the table's key, so that a page can begin between them.
TEST_CASE("pages of any size walk every row once, forwards and backwards", "[range_reader]") {
    TestDatabase db;
    db.create_numbers();
    for (int i = 0; i < 40; ++i) {
        const std::string id(1, static_cast<char>('a' + i % 4));
        db.put("numbers", R"({"id":{"S":")" + id + R"("},"n":{"N":")" + std::to_string(i) +
                              R"("},"t":{"S":"same"},"tag":{"S":"same"},"score":{"N":")" +
                              std::to_string(i % 3) + R"("}})");
    }
    const TableDefinition table = numbers(db);
    for (const std::string index : {"", "by_text", "by_tag", "by_score"}) {
        for (const auto direction : {Direction::forward, Direction::backward}) {
            for (const std::size_t limit : {1U, 3U, 40U, 41U}) {
                CAPTURE(index, limit);
                RangeRequest read{table};
                read.index = index.empty() ? nullptr : table.find_index(index);
                read.direction = direction;
                const auto found = walk(db, read, limit);
                CHECK(found.size() == 40);
                CHECK(std::set<std::string>(found.begin(), found.end()).size() == 40);
            }
        }
    }
}

TEST_CASE("the segments of a parallel scan share the rows out", "[range_reader]") {
    TestDatabase db;
    db.create_numbers();
    for (int i = 0; i < 50; ++i) {
        db.put("numbers", R"({"id":{"S":")" + std::to_string(i) + R"("},"n":{"N":"1"},"tag":{"S":")" +
                              std::to_string(i) + R"("}})");
    }
    const TableDefinition table = numbers(db);
    for (const std::string index : {"", "by_tag"}) {
        for (const std::uint32_t total : {1U, 3U, 7U}) {
            std::multiset<std::string> found;
            for (std::uint32_t segment = 0; segment < total; ++segment) {
                RangeRequest read{table};
                read.index = index.empty() ? nullptr : table.find_index(index);
                read.range = storage::segment_range(segment, total);
                found.merge(walk(db, read, 4));
            }
            CAPTURE(index, total);
            CHECK(found.size() == 50);
            CHECK(std::set<std::string>(found.begin(), found.end()).size() == 50);
        }
    }
}

TEST_CASE("a page ends with the row that fills a megabyte", "[range_reader]") {
    TestDatabase db;
    db.create_numbers();
    // With id (3 bytes), n (3) and x (1), each item has 256 KB.
    const std::string text(256 * 1024 - 7, 'x');
    for (int i = 1; i <= 6; ++i) {
        db.put("numbers",
               R"({"id":{"S":"a"},"n":{"N":")" + std::to_string(i) + R"("},"x":{"S":")" + text + R"("}})");
    }
    const TableDefinition table = numbers(db);
    const Page page = db.database.read(
        [&](ReadSession& session) { return RangeReader(session).read(RangeRequest{table}); });
    CHECK(page.count == 4);
    REQUIRE(page.last_evaluated_key);
    CHECK(to_json(*page.last_evaluated_key) == R"({"id":{"S":"a"},"n":{"N":"4"}})");
    CHECK(page.capacity.table == 128);
}

TEST_CASE("a page that ends with the range says so, one that is cut off by its limit does not",
          "[range_reader]") {
    TestDatabase db;
    db.create_numbers();
    db.put("numbers", R"({"id":{"S":"a"},"n":{"N":"1"}})");
    db.put("numbers", R"({"id":{"S":"a"},"n":{"N":"2"}})");
    const TableDefinition table = numbers(db);
    const auto read = [&](std::size_t limit) {
        RangeRequest request{table};
        request.limit = limit;
        return db.database.read([&](ReadSession& session) { return RangeReader(session).read(request); });
    };
    CHECK_FALSE(read(3).last_evaluated_key);
    // As on AWS, which does not check whether anything follows the last row that it read.
    CHECK(read(2).last_evaluated_key);
}
