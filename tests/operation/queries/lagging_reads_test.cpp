#include <chrono>
#include <deque>
#include <set>

#include "engine/table/database.hpp"
#include "engine/table/items/time_to_live.hpp"
#include "tests/operation/items/random_writes.hpp"

namespace tailrace::operation {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

struct Call {
    std::string operation;
    std::string request;
};

/// An engine that gets the writes of another engine some time later. Its reads do not lag behind.
class LateEngine {
  public:
    void note(Timestamp time, const Call& call) { waiting_.emplace_back(time, call); }
    /// Carries out the writes up to this time.
    void catch_up(Timestamp time) {
        while (!waiting_.empty() && waiting_.front().first <= time) {
            tables.answer(waiting_.front().second.operation, waiting_.front().second.request);
            waiting_.pop_front();
        }
    }

    TestEngine tables;

  private:
    std::deque<std::pair<Timestamp, Call>> waiting_;
};

/// Something to read: a table, or one of its indexes.
struct Ground {
    const char* index;
    const char* partition_key;
    std::vector<const char*> partitions;
    bool is_global;
};

const std::vector<Ground>& grounds() {
    static const std::vector<Ground> all = {
        {"", "pk", {"a", "b", "c"}, false},           {"by_text", "pk", {"a", "b", "c"}, false},
        {"by_score_l", "pk", {"a", "b", "c"}, false}, {"by_tag", "tag", {"g", "h"}, true},
        {"by_score", "tag", {"g", "h"}, true},        {"by_note", "note", {"x", "y", "z"}, true},
    };
    return all;
}

/// A Query or a Scan that is read page by page.
struct PagedRead {
    const char* operation;
    Object request;
    const Ground* ground;
    /// The items of the pages so far.
    std::set<std::string> seen = {};
};

/// An engine whose reads lag behind, and three others without a lag: one gets the same writes at once, one
/// after the lag of the tables, one after the lag of the indexes. Each answer of the first engine must be
/// identical to that of the other engine whose delay applies to the read.
class LaggingTable {
  public:
    explicit LaggingTable(unsigned seed) : random_(seed) {
        for (TestEngine* each : {&tables_, &newest_, &items_.tables, &indexes_.tables})
            each->done("CreateTable", create_things);
        change_lags();
    }

    void step() {
        tables_.clock.advance(milliseconds(random_.below(3) * random_.below(30)));
        const unsigned kind = random_.below(100);
        if (kind < 40) return write();
        if (kind < 55) return read_items();
        if (kind < 98 || pages_.empty()) return read_page();
        if (kind == 98) return change_lags();
        tables_.engine.database().show_newest();
        catch_up(0ms, 0ms);
    }

  private:
    Call next_write() {
        const unsigned kind = random_.below(5);
        if (kind == 0) return {"BatchWriteItem", boost::json::serialize(batch_request(random_.batch(5)))};
        if (kind == 1) {
            const auto writes = random_.writes(1 + random_.below(4));
            return {"TransactWriteItems", boost::json::serialize(transaction_request(writes))};
        }
        const RandomWrite write = random_.write();
        return {write.operation(), boost::json::serialize(write.request())};
    }

    /// Conditions and updates see the newest items.
    void write() {
        const Call call = next_write();
        CAPTURE(call.operation, call.request);
        REQUIRE(tables_.answer(call.operation, call.request) == newest_.answer(call.operation, call.request));
        items_.note(tables_.clock.now(), call);
        indexes_.note(tables_.clock.now(), call);
    }

    void read_items() {
        Object request{{"TableName", "things"}, {"Key", random_.write().key}};
        const unsigned kind = random_.below(4);
        if (kind == 0) {
            compare(items(), "GetItem", request);
        } else if (kind == 1) {
            request["ConsistentRead"] = true;
            compare(newest_, "GetItem", request);
        } else if (kind == 2) {
            boost::json::array keys;
            for (const RandomWrite& each : random_.writes(6)) keys.emplace_back(each.key);
            compare(items(), "BatchGetItem", {{"RequestItems", {{"things", Object{{"Keys", keys}}}}}});
        } else {
            compare(newest_, "TransactGetItems",
                    {{"TransactItems", boost::json::array{Object{{"Get", request}}}}});
        }
    }

    /// Reads the first or the next page of a read. Between the pages there are writes, and the clock moves.
    void read_page() {
        if (pages_.size() < 8) pages_.push_back(new_read());
        PagedRead& read = pages_[random_.below(pages_.size())];
        read.request["Limit"] = 1 + random_.below(4);
        const auto page = compare(expected_for(read), read.operation, read.request);
        if (*read.ground->index == '\0' && !read.request.contains("FilterExpression")) check_keys(read, page);
        if (const auto* last = page.as_object().if_contains("LastEvaluatedKey")) {
            read.request["ExclusiveStartKey"] = *last;
        } else {
            std::swap(read, pages_.back());
            pages_.pop_back();
        }
    }

    /// The engine whose answer a page of this read must have.
    TestEngine& expected_for(const PagedRead& read) {
        if (read.request.contains("ConsistentRead")) return newest_;
        return read.ground->is_global ? indexes() : items();
    }

    /// No page of a table repeats an item.
    static void check_keys(PagedRead& read, const boost::json::value& page) {
        const auto* items = page.as_object().if_contains("Items");
        if (items == nullptr) return;
        for (const auto& each : items->as_array()) {
            const Object key{{"pk", each.at("pk")}, {"sk", each.at("sk")}};
            REQUIRE(read.seen.insert(boost::json::serialize(key)).second);
        }
    }

    PagedRead new_read() {
        const Ground& ground = grounds()[random_.below(grounds().size())];
        Object request{{"TableName", "things"}, {"ReturnConsumedCapacity", "INDEXES"}};
        if (*ground.index != '\0') request["IndexName"] = ground.index;
        if (!ground.is_global && random_.below(4) == 0) request["ConsistentRead"] = true;
        // A local index fetches what it does not hold.
        if (!ground.is_global && random_.below(3) == 0) request["Select"] = "ALL_ATTRIBUTES";
        if (random_.below(4) == 0) {
            request["FilterExpression"] = "attribute_exists(more)";
        }
        if (random_.below(2) == 0) {
            if (random_.below(2) == 0) {
                request["TotalSegments"] = 3;
                request["Segment"] = random_.below(3);
            }
            return {"Scan", request, &ground};
        }
        request["KeyConditionExpression"] = "#p = :p";
        request["ExpressionAttributeNames"] = {{"#p", ground.partition_key}};
        request["ExpressionAttributeValues"] = {
            {":p", {{"S", ground.partitions[random_.below(ground.partitions.size())]}}}};
        request["ScanIndexForward"] = random_.below(2) == 0;
        return {"Query", request, &ground};
    }

    boost::json::value compare(TestEngine& expected, const char* operation, const Object& request) {
        const std::string text = boost::json::serialize(request);
        CAPTURE(operation, text);
        auto answer = tables_.answer(operation, text);
        REQUIRE(answer == expected.answer(operation, text));
        REQUIRE_FALSE(answer.as_object().contains("__type"));
        return answer;
    }

    TestEngine& items() {
        catch_up(lag_.reads, lag_.indexes);
        return items_.tables;
    }
    TestEngine& indexes() {
        catch_up(lag_.reads, lag_.indexes);
        return indexes_.tables;
    }
    void catch_up(milliseconds items_lag, milliseconds indexes_lag) {
        items_.catch_up(tables_.clock.now() - items_lag);
        indexes_.catch_up(tables_.clock.now() - indexes_lag);
    }

    /// Everything that was written before is seen at once.
    void change_lags() {
        lag_ = {milliseconds(random_.below(3) * 100), milliseconds(random_.below(3) * 250)};
        ReadLags lags{.others = lag_};
        if (random_.below(2) == 0) lags = {.others = {10s, 0ms}, .tables = {{"things", lag_}}};
        tables_.engine.database().set_read_lags(lags);
        catch_up(0ms, 0ms);
    }

    TestEngine tables_;
    TestEngine newest_;
    LateEngine items_;
    LateEngine indexes_;
    ReadLag lag_;
    WriteSource random_;
    std::vector<PagedRead> pages_;
};

/// An engine with the plain tables and "scores". Reads of tables lag behind by one second, and reads of
/// indexes by three.
struct LaggingEngine : TestEngine {
    LaggingEngine() {
        create_plain_tables();
        create_indexed_table();
        engine.database().set_read_lags({.others = {1s, 3s}});
    }

    std::string get(std::string_view id) {
        const auto found =
            done("GetItem", R"({"TableName":"counters","Key":{"id":{"N":")" + std::string(id) + R"("}}})");
        return boost::json::serialize(found);
    }
    std::int64_t count(std::string_view operation, std::string_view request) {
        return done(operation, request).at("Count").to_number<std::int64_t>();
    }
};

constexpr const char* of_player =
    R"({"TableName":"scores","KeyConditionExpression":"player = :p","ExpressionAttributeValues":)"
    R"({":p":{"S":"nils"}}})";
constexpr const char* of_game =
    R"({"TableName":"scores","IndexName":"by_game","KeyConditionExpression":"game = :g",)"
    R"("ExpressionAttributeValues":{":g":{"S":"go"}}})";
constexpr const char* score =
    R"({"player":{"S":"nils"},"game":{"S":"go"},"points":{"N":"7"},"note":{"S":"x"}})";

}  // namespace

TEST_CASE("reads that lag behind answer like an engine that gets the writes later", "[lagging_reads]") {
    for (const unsigned seed : {31U, 32U, 33U}) {
        CAPTURE(seed);
        LaggingTable table(seed);
        for (int i = 0; i < 1500; ++i) table.step();
    }
}

TEST_CASE("an eventually consistent read is late, everything else is not", "[lagging_reads]") {
    LaggingEngine tables;
    tables.put("counters", {R"({"id":{"N":"1"},"n":{"N":"5"}})"});
    CHECK(tables.get("1") == "{}");
    CHECK(tables.item("counters", R"({"id":{"N":"1"}})").at("n") == json(R"({"N":"5"})"));
    tables.done("UpdateItem", R"({"TableName":"counters","Key":{"id":{"N":"1"}},
        "UpdateExpression":"ADD n :one","ConditionExpression":"n = :five",
        "ExpressionAttributeValues":{":one":{"N":"1"},":five":{"N":"5"}}})");
    tables.clock.advance(1s - 1us);
    CHECK(tables.get("1") == "{}");
    tables.clock.advance(1us);
    CHECK(tables.get("1") == R"({"Item":{"id":{"N":"1"},"n":{"N":"6"}}})");
}

TEST_CASE("a global index lags behind by a time of its own, a local one as its table", "[lagging_reads]") {
    LaggingEngine tables;
    tables.put("scores", {score});
    const std::string query(of_player, std::string_view(of_player).size() - 1);
    const std::string of_points = query + R"(,"IndexName":"by_points","Select":"ALL_ATTRIBUTES"})";
    CHECK(tables.count("Query", query + R"(,"ConsistentRead":true})") == 1);
    CHECK(tables.count("Query", of_points) == 0);
    tables.clock.advance(1s);
    CHECK(tables.count("Query", of_player) == 1);
    CHECK(tables.done("Query", of_points).at("Items") == boost::json::array{json(score)});
    CHECK(tables.count("Query", of_game) == 0);
    tables.clock.advance(2s);
    CHECK(tables.count("Query", of_game) == 1);
}

TEST_CASE("a transaction is seen as a whole", "[lagging_reads]") {
    LaggingEngine tables;
    tables.done("TransactWriteItems", R"({"TransactItems":[
        {"Put":{"TableName":"counters","Item":{"id":{"N":"1"}}}},
        {"Put":{"TableName":"music","Item":{"artist":{"S":"Nils"},"song":{"S":"a"}}}},
        {"Put":{"TableName":"counters","Item":{"id":{"N":"2"}}}}]})");
    const auto seen = [&] {
        return std::vector{tables.count("Scan", R"({"TableName":"counters"})"),
                           tables.count("Scan", R"({"TableName":"music"})")};
    };
    CHECK(seen() == std::vector<std::int64_t>{0, 0});
    tables.clock.advance(1s);
    CHECK(seen() == std::vector<std::int64_t>{2, 1});
}

TEST_CASE("a table that is made again begins empty", "[lagging_reads]") {
    LaggingEngine tables;
    tables.put("scores", {score});
    tables.clock.advance(3s);
    tables.put("scores", {R"({"player":{"S":"nils"},"game":{"S":"chess"}})"});
    tables.done("DeleteTable", R"({"TableName":"scores"})");
    tables.create_indexed_table();
    CHECK(tables.count("Scan", R"({"TableName":"scores"})") == 0);
    CHECK(tables.count("Query", of_game) == 0);
    CHECK(tables.engine.database().read_lags().kept.versions == 0);
    tables.put("scores", {score});
    CHECK(tables.count("Query", of_player) == 0);
    tables.clock.advance(1s);
    CHECK(tables.count("Query", of_player) == 1);
}

TEST_CASE("an index that is added shows its items as soon as it can be read", "[lagging_reads]") {
    LaggingEngine tables;
    tables.put("scores", {score});
    tables.done("UpdateTable", R"({"TableName":"scores",
        "AttributeDefinitions":[{"AttributeName":"note","AttributeType":"S"}],
        "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by_note","Projection":{"ProjectionType":"ALL"},
            "KeySchema":[{"AttributeName":"note","KeyType":"HASH"}]}}]})");
    constexpr const char* by_note = R"({"TableName":"scores","IndexName":"by_note"})";
    CHECK(tables.count("Scan", by_note) == 1);
    tables.put("scores", {R"({"player":{"S":"nils"},"game":{"S":"chess"},"note":{"S":"y"}})"});
    CHECK(tables.count("Scan", by_note) == 1);
    tables.clock.advance(3s);
    CHECK(tables.count("Scan", by_note) == 2);
}

TEST_CASE("the removal of an expired item is seen late, too", "[lagging_reads]") {
    LaggingEngine tables;
    tables.done("UpdateTimeToLive", R"({"TableName":"counters","TimeToLiveSpecification":
        {"Enabled":true,"AttributeName":"until"}})");
    tables.put("counters", {R"({"id":{"N":"1"},"until":{"N":"1769860801"}})"});
    tables.clock.advance(2s);
    CHECK(table::TimeToLiveSweep().sweep(tables.engine.database(), tables.clock.now()) == 1);
    CHECK(tables.get("1") != "{}");
    tables.clock.advance(1s);
    CHECK(tables.get("1") == "{}");
}

TEST_CASE("what is no longer needed for a late read is not kept", "[lagging_reads]") {
    LaggingEngine tables;
    const auto kept = [&] { return tables.engine.database().read_lags().kept.versions; };
    tables.put("scores", {score});
    // The item, and its rows in by_points and by_game.
    CHECK(kept() == 3);
    tables.clock.advance(3s - 1us);
    CHECK(kept() == 3);
    tables.clock.advance(1us);
    CHECK(kept() == 0);
    tables.put("counters", {R"({"id":{"N":"1"}})"});
    tables.engine.database().show_newest("scores");
    CHECK(kept() == 1);
    tables.engine.database().show_newest("counters");
    CHECK(kept() == 0);
    CHECK(tables.get("1") != "{}");
    tables.engine.database().set_read_lags({.others = {0ms, 3s}});
    tables.put("scores", {score});
    // The put has changed nothing.
    CHECK(kept() == 0);
    tables.put("scores", {R"({"player":{"S":"nils"},"game":{"S":"go"},"points":{"N":"8"}})"});
    // Two versions: the old row in by_game, and no row under the new key.
    CHECK(kept() == 2);
    tables.engine.database().set_read_lags({});
    CHECK(kept() == 0);
    CHECK(tables.count("Query", of_game) == 1);
}

TEST_CASE("tables that replace all others are seen at once", "[lagging_reads]") {
    LaggingEngine tables;
    tables.put("counters", {R"({"id":{"N":"1"}})"});
    auto fork = tables.engine.database().fork();
    tables.clock.advance(1ms);
    tables.done("DeleteItem", R"({"TableName":"counters","Key":{"id":{"N":"1"}}})");
    tables.engine.replace(std::move(fork));
    CHECK(tables.get("1") == R"({"Item":{"id":{"N":"1"}}})");
    tables.put("counters", {R"({"id":{"N":"2"}})"});
    CHECK(tables.get("2") == "{}");
}

}  // namespace tailrace::operation
