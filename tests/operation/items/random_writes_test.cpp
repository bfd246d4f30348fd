#include "tests/operation/items/random_writes.hpp"
#include "engine/model/number.hpp"

#include <set>

namespace tailrace::operation {
namespace {

constexpr int writes_per_seed = 300;
constexpr int writes_between_checks = 30;

/// A table or index to read.
struct Source {
    const char* index;
    const char* partition_key;
    /// Empty if the index has no sort key.
    const char* sort_key;
    /// The projected attributes; empty for all.
    std::vector<std::string> attributes;
};

const std::vector<Source>& sources() {
    static const std::vector<Source> all = {
        {"", "pk", "sk", {}},
        {"by_text", "pk", "text", {"pk", "sk", "text"}},
        {"by_score_l", "pk", "score", {"pk", "sk", "score", "note"}},
        {"by_tag", "tag", "", {}},
        {"by_score", "tag", "score", {"pk", "sk", "tag", "score", "note"}},
        {"by_note", "note", "text", {"pk", "sk", "note", "text"}},
    };
    return all;
}

/// Sends every write both to an engine and to a map; the engine must answer as the map does.
class Pair {
  public:
    explicit Pair(unsigned seed) : random(seed) { engine_.done("CreateTable", create_things); }

    void write() {
        const unsigned kind = random.below(5);
        if (kind == 0) return write_batch();
        if (kind == 1) return write_transaction();
        write_one(random.write());
    }

    void check() {
        for (const Source& source : sources()) {
            CAPTURE(source.index);
            std::multiset<std::string> expected;
            std::set<std::string> partitions;
            for (const auto& [key, item] : items_) {
                if (!has_keys(item, source)) continue;
                expected.insert(boost::json::serialize(shown(item, source)));
                partitions.insert(text_of(item, source.partition_key));
            }
            REQUIRE(as_set(read("Scan", request(source))) == expected);
            REQUIRE(as_set(scan_in_segments(source)) == expected);
            check_pages("Scan", request(source));
            std::multiset<std::string> queried;
            for (const std::string& partition : partitions) {
                queried.merge(as_set(check_query(source, partition)));
            }
            REQUIRE(queried == expected);
        }
    }

    WriteSource random;

  private:
    /// The item with this key; empty if there is none.
    Object item_at(const Object& key) const {
        const auto found = items_.find(boost::json::serialize(key));
        return found != items_.end() ? found->second : Object();
    }

    void apply(const RandomWrite& write) {
        const Object item = sorted(write.after(item_at(write.key)));
        const std::string key = boost::json::serialize(write.key);
        if (item.empty()) {
            items_.erase(key);
        } else {
            items_[key] = item;
        }
    }

    void write_one(const RandomWrite& write) {
        Object request = write.request();
        const bool is_update = write.kind == RandomWrite::Kind::update;
        request["ReturnValues"] = is_update ? "ALL_NEW" : "ALL_OLD";
        const char* const operation = write.operation();
        CAPTURE(operation, boost::json::serialize(request));
        const Object old_item = item_at(write.key);
        const auto answer = engine_.answer(operation, boost::json::serialize(request));
        if (!write.holds(old_item)) {
            REQUIRE(answer.at("__type").as_string().ends_with("#ConditionalCheckFailedException"));
            return;
        }
        apply(write);
        const Object returned = is_update ? item_at(write.key) : old_item;
        REQUIRE(answer == (returned.empty() ? Object() : Object{{"Attributes", returned}}));
    }

    void write_batch() {
        const std::vector<RandomWrite> writes = random.batch(5);
        for (const RandomWrite& each : writes) apply(each);
        REQUIRE(engine_.done("BatchWriteItem", boost::json::serialize(batch_request(writes))) ==
                json(R"({"UnprocessedItems":{}})"));
    }

    void write_transaction() {
        const std::vector<RandomWrite> writes = random.writes(1 + random.below(4));
        std::vector<std::string> codes;
        bool all_hold = true;
        for (const RandomWrite& each : writes) {
            const bool holds = each.holds(item_at(each.key));
            codes.emplace_back(holds ? "None" : "ConditionalCheckFailed");
            all_hold = all_hold && holds;
        }
        const std::string request = boost::json::serialize(transaction_request(writes));
        CAPTURE(request);
        const auto answer = engine_.answer("TransactWriteItems", request);
        if (all_hold) {
            REQUIRE(answer == Object());
            for (const RandomWrite& each : writes) apply(each);
            return;
        }
        std::vector<std::string> answered;
        for (const auto& each : answer.at("CancellationReasons").as_array()) {
            answered.emplace_back(each.at("Code").as_string());
        }
        REQUIRE(answered == codes);
    }

    static bool has_keys(const Object& item, const Source& source) {
        return item.contains(source.partition_key) &&
               (*source.sort_key == '\0' || item.contains(source.sort_key));
    }

    static Object shown(const Object& item, const Source& source) {
        Object part;
        for (const auto& [name, value] : item) {
            const auto& attributes = source.attributes;
            const bool shows = attributes.empty() ||
                               std::find(attributes.begin(), attributes.end(), name) != attributes.end();
            if (shows) part[name] = value;
        }
        return part;
    }

    /// The item with its members in the order in which the engine writes them.
    static Object sorted(const Object& item) {
        std::map<std::string, boost::json::value> members;
        for (const auto& [name, value] : item) members.emplace(name, value);
        Object result;
        for (const auto& [name, value] : members) result[name] = value;
        return result;
    }

    static std::multiset<std::string> as_set(const boost::json::array& items) {
        std::multiset<std::string> texts;
        for (const auto& each : items) texts.insert(boost::json::serialize(each));
        return texts;
    }

    static Object request(const Source& source) {
        Object request{{"TableName", "things"}};
        if (*source.index != '\0') request["IndexName"] = source.index;
        return request;
    }

    boost::json::array read(std::string_view operation, const Object& request) {
        const auto page = engine_.done(operation, boost::json::serialize(request));
        REQUIRE_FALSE(page.as_object().contains("LastEvaluatedKey"));
        REQUIRE(page.at("Count") == page.at("Items").as_array().size());
        return page.at("Items").as_array();
    }

    /// Checks that pages of random sizes, read one after the other, have the same items as one page.
    void check_pages(std::string_view operation, Object request) {
        const boost::json::array whole = read(operation, request);
        boost::json::array paged;
        for (;;) {
            request["Limit"] = 1 + random.below(4);
            const auto page = engine_.done(operation, boost::json::serialize(request));
            const boost::json::array& items = page.at("Items").as_array();
            REQUIRE(items.size() <= page.at("ScannedCount").to_number<std::size_t>());
            paged.insert(paged.end(), items.begin(), items.end());
            REQUIRE(paged.size() <= whole.size());
            const auto* last = page.as_object().if_contains("LastEvaluatedKey");
            if (last == nullptr) break;
            request["ExclusiveStartKey"] = *last;
        }
        REQUIRE(paged == whole);
    }

    boost::json::array scan_in_segments(const Source& source) {
        const unsigned total = 1 + random.below(5);
        boost::json::array all;
        for (unsigned segment = 0; segment < total; ++segment) {
            Object part = request(source);
            part["Segment"] = segment;
            part["TotalSegments"] = total;
            const boost::json::array items = read("Scan", part);
            all.insert(all.end(), items.begin(), items.end());
        }
        return all;
    }

    /// Queries one partition in both directions, whole and in pages; returns its items.
    boost::json::array check_query(const Source& source, const std::string& partition) {
        Object query = request(source);
        query["KeyConditionExpression"] = "#p = :p";
        query["ExpressionAttributeNames"] = {{"#p", source.partition_key}};
        query["ExpressionAttributeValues"] = {{":p", {{"S", partition}}}};
        boost::json::array forwards = read("Query", query);
        check_pages("Query", query);
        query["ScanIndexForward"] = false;
        boost::json::array backwards = read("Query", query);
        check_pages("Query", query);
        std::reverse(backwards.begin(), backwards.end());
        REQUIRE(backwards == forwards);
        for (std::size_t i = 1; i < forwards.size() && *source.sort_key != '\0'; ++i) {
            const std::string a = text_of(forwards[i - 1].as_object(), source.sort_key);
            const std::string b = text_of(forwards[i].as_object(), source.sort_key);
            const bool is_number = forwards[i].at(source.sort_key).as_object().contains("N");
            REQUIRE((is_number ? Number::parse(a) <= Number::parse(b) : a <= b));
        }
        return forwards;
    }

    TestEngine engine_;
    std::map<std::string, Object> items_;
};

}  // namespace

// Compares every kind of write, with conditions that hold and that fail, with a plain map: the answers, and
// what Query and Scan return for the table and all its indexes, whole, in segments and in pages.
TEST_CASE("random writes give the answers and leave the items that a map gives", "[random_writes]") {
    for (const unsigned seed : {11U, 12U, 13U}) {
        CAPTURE(seed);
        Pair pair(seed);
        for (int i = 1; i <= writes_per_seed; ++i) {
            pair.write();
            if (i % writes_between_checks == 0) pair.check();
        }
    }
}

}  // namespace tailrace::operation
