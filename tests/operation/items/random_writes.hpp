#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/operation/engine_fixture.hpp"

namespace tailrace::operation {

using Object = boost::json::object;

/// The table that random writes are for, with two local and three global indexes.
inline constexpr std::string_view create_things = R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST",
    "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
        {"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"text","AttributeType":"S"},
        {"AttributeName":"score","AttributeType":"N"},{"AttributeName":"tag","AttributeType":"S"},
        {"AttributeName":"note","AttributeType":"S"}],
    "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
    "LocalSecondaryIndexes":[{"IndexName":"by_text","Projection":{"ProjectionType":"KEYS_ONLY"},
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"text","KeyType":"RANGE"}]},
        {"IndexName":"by_score_l","Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["note"]},
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"score","KeyType":"RANGE"}]}],
    "GlobalSecondaryIndexes":[{"IndexName":"by_tag","Projection":{"ProjectionType":"ALL"},
        "KeySchema":[{"AttributeName":"tag","KeyType":"HASH"}]},
        {"IndexName":"by_score","Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["note"]},
        "KeySchema":[{"AttributeName":"tag","KeyType":"HASH"},{"AttributeName":"score","KeyType":"RANGE"}]},
        {"IndexName":"by_note","Projection":{"ProjectionType":"KEYS_ONLY"},
        "KeySchema":[{"AttributeName":"note","KeyType":"HASH"},
                     {"AttributeName":"text","KeyType":"RANGE"}]}]})";

/// The text of an attribute of type S or N; empty if the item does not have the attribute.
inline std::string text_of(const Object& item, std::string_view name) {
    const boost::json::value* value = item.if_contains(name);
    return value == nullptr ? "" : std::string(value->as_object().begin()->value().as_string());
}

/// A condition expression, the placeholder values it needs, and a function with the same meaning.
struct SampleCondition {
    const char* expression;
    const char* values;
    bool (*holds)(const Object& old_item);
};
struct SampleUpdate {
    const char* expression;
    const char* values;
    /// Not called for a missing item if the update only removes, since such an update creates no item.
    void (*apply)(Object& item);
    bool only_removes = false;
};

/// A write of one item, both as a request and as a change of an item.
struct RandomWrite {
    enum class Kind { put, update, erase, check };

    Kind kind;
    Object key;
    /// Set for put.
    Object item;
    /// Set for update.
    const SampleUpdate* update = nullptr;
    /// Null if there is no condition; a check always has one.
    const SampleCondition* condition = nullptr;

    /// The operation that carries it out alone. A check has none.
    const char* operation() const {
        return kind == Kind::put ? "PutItem" : kind == Kind::update ? "UpdateItem" : "DeleteItem";
    }
    /// The name of its member in TransactWriteItems.
    const char* member() const {
        constexpr std::array<const char*, 4> names = {"Put", "Update", "Delete", "ConditionCheck"};
        return names[static_cast<std::size_t>(kind)];
    }

    bool holds(const Object& old_item) const { return condition == nullptr || condition->holds(old_item); }

    /// The item after the write, if its condition holds; empty if no item is left.
    Object after(const Object& old_item) const {
        if (kind == Kind::put) return item;
        if (kind == Kind::erase) return {};
        if (kind == Kind::check) return old_item;
        if (old_item.empty() && update->only_removes) return {};
        Object changed = old_item.empty() ? key : old_item;
        update->apply(changed);
        return changed;
    }

    /// The members that a single write and a member of a transaction share.
    Object request() const {
        Object request{{"TableName", "things"}};
        if (kind == Kind::put) {
            request["Item"] = item;
        } else {
            request["Key"] = key;
        }
        std::string values;
        if (kind == Kind::update) {
            request["UpdateExpression"] = update->expression;
            values = update->values;
        }
        if (condition != nullptr) {
            request["ConditionExpression"] = condition->expression;
            if (!values.empty() && *condition->values != '\0') values.append(",");
            values.append(condition->values);
        }
        if (!values.empty()) request["ExpressionAttributeValues"] = json("{" + values + "}");
        return request;
    }
};

/// The request of BatchWriteItem for puts and deletes without conditions.
inline Object batch_request(const std::vector<RandomWrite>& writes) {
    boost::json::array members;
    for (const RandomWrite& each : writes) {
        const bool is_put = each.kind == RandomWrite::Kind::put;
        members.push_back(is_put ? Object{{"PutRequest", Object{{"Item", each.item}}}}
                                 : Object{{"DeleteRequest", Object{{"Key", each.key}}}});
    }
    return {{"RequestItems", {{"things", members}}}};
}

/// The request of TransactWriteItems.
inline Object transaction_request(const std::vector<RandomWrite>& writes) {
    boost::json::array members;
    for (const RandomWrite& each : writes) members.push_back(Object{{each.member(), each.request()}});
    return {{"TransactItems", members}};
}

/// Makes random writes. There are few keys and values, so that writes often hit the same item.
class WriteSource {
  public:
    explicit WriteSource(unsigned seed) : random_(seed) {}

    unsigned below(std::size_t bound) { return static_cast<unsigned>(random_() % bound); }

    RandomWrite write(bool may_check = false) {
        RandomWrite write{static_cast<RandomWrite::Kind>(below(may_check ? 4 : 3)), key(), {}};
        if (write.kind == RandomWrite::Kind::put) write.item = item(write.key);
        if (write.kind == RandomWrite::Kind::update) write.update = &updates()[below(updates().size())];
        if (write.kind == RandomWrite::Kind::check || below(3) == 0) {
            write.condition = &conditions()[below(conditions().size())];
        }
        return write;
    }

    /// At most `count` writes, each of another item.
    std::vector<RandomWrite> writes(std::size_t count) {
        std::vector<RandomWrite> chosen;
        for (std::size_t i = 0; i < count; ++i) {
            RandomWrite next = write(true);
            const auto same = [&](const RandomWrite& each) { return each.key == next.key; };
            if (std::none_of(chosen.begin(), chosen.end(), same)) chosen.push_back(std::move(next));
        }
        return chosen;
    }

    /// The same, but only puts and deletes without conditions.
    std::vector<RandomWrite> batch(std::size_t count) {
        std::vector<RandomWrite> chosen = writes(count);
        for (RandomWrite& each : chosen) {
            each.condition = nullptr;
            if (each.kind != RandomWrite::Kind::put) each.kind = RandomWrite::Kind::erase;
        }
        return chosen;
    }

  private:
    boost::json::value value(const char* type, std::initializer_list<const char*> from) {
        return {{type, *(from.begin() + below(from.size()))}};
    }

    Object key() {
        return {{"pk", value("S", {"a", "b", "c"})}, {"sk", value("N", {"-1", "0", "2.5", "10"})}};
    }

    Object item(const Object& key) {
        Object item = key;
        if (below(3) > 0) item["tag"] = value("S", {"g", "h"});
        if (below(3) > 0) item["score"] = value("N", {"-3", "1", "2", "30"});
        if (below(2) == 0) item["text"] = value("S", {"u", "v", "vv"});
        if (below(2) == 0) item["note"] = value("S", {"x", "y"});
        if (below(4) == 0) item["more"] = json(R"({"L":[{"N":"1"},{"M":{"a":{"NULL":true}}}]})");
        return item;
    }

    static std::span<const SampleCondition> conditions() {
        static constexpr SampleCondition all[] = {
            {"attribute_exists(pk)", "", [](const Object& old) { return !old.empty(); }},
            {"attribute_not_exists(pk)", "", [](const Object& old) { return old.empty(); }},
            {"tag = :tag", R"(":tag":{"S":"g"})",
             [](const Object& old) { return text_of(old, "tag") == "g"; }},
            {"score >= :bound", R"(":bound":{"N":"2"})",
             [](const Object& old) {
                 return old.contains("score") && std::stoi(text_of(old, "score")) >= 2;
             }},
        };
        return all;
    }

    static std::span<const SampleUpdate> updates() {
        static constexpr SampleUpdate all[] = {
            {"SET tag = :new", R"(":new":{"S":"h"})",
             [](Object& item) { item["tag"] = json(R"({"S":"h"})"); }},
            {"REMOVE tag, note", "",
             [](Object& item) {
                 item.erase("tag");
                 item.erase("note");
             },
             true},
            {"ADD score :step", R"(":step":{"N":"1"})",
             [](Object& item) {
                 const int old = item.contains("score") ? std::stoi(text_of(item, "score")) : 0;
                 item["score"] = Object{{"N", std::to_string(old + 1)}};
             }},
            {"SET note = if_not_exists(note, :first)", R"(":first":{"S":"z"})",
             [](Object& item) {
                 if (!item.contains("note")) item["note"] = json(R"({"S":"z"})");
             }},
        };
        return all;
    }

    std::mt19937 random_;
};

}  // namespace tailrace::operation
