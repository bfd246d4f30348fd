#pragma once

#include <boost/json.hpp>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "engine/model/api_error.hpp"
#include "engine/model/clock.hpp"
#include "engine/model/request_body.hpp"
#include "engine/operation/engine.hpp"
#include "engine/operation/operation.hpp"
#include "engine/storage/open_store.hpp"
#include "tests/catch.hpp"
#include "tests/request_json.hpp"
#include "tests/storage/contending_store.hpp"

namespace tailrace::operation {

inline boost::json::value json(std::string_view text) {
    return tests::request_json(text);
}

/// An engine for one test. Its clock shows 2026-01-31T12:00:00Z until it is moved.
class TestEngine {
  public:
    TestEngine() : TestEngine(storage::open_store({})) {}
    explicit TestEngine(std::unique_ptr<storage::Store> store, EngineOptions options = {})
        : engine(std::move(options), tests::test_store(std::move(store)), clock) {}

    /// Carries out a request as it arrives at the server, with its items read separately.
    std::string execute(std::string_view operation, std::string_view request) {
        const Operation* found = engine.find(operation);
        RequestBody body(request, {}, found != nullptr ? found->items : ItemPath());
        if (found == nullptr) return engine.execute(operation, body.json());
        return engine.execute(*found, body);
    }

    /// Returns the response, or the body of the ApiError if the request fails.
    boost::json::value answer(std::string_view operation, std::string_view request) {
        try {
            return json(execute(operation, request));
        } catch (const ApiError& error) {
            return json(error.body());
        }
    }

    /// Returns the response to a request that must succeed.
    boost::json::value done(std::string_view operation, std::string_view request) {
        boost::json::value response = answer(operation, request);
        INFO(operation << " " << request);
        REQUIRE_FALSE(response.as_object().contains("__type"));
        return response;
    }

    /// Returns the error as "ValidationException: …", or "accepted".
    std::string refusal(std::string_view operation, std::string_view request) {
        try {
            execute(operation, request);
        } catch (const ApiError& error) {
            return std::string(error.name()) + ": " + error.message();
        }
        return "accepted";
    }

    /// Returns GetItem's item for the key, or null.
    boost::json::value item(std::string_view table, std::string_view key) {
        const auto found = done("GetItem", R"({"ConsistentRead":true,"TableName":")" + std::string(table) +
                                               R"(","Key":)" + std::string(key) + "}");
        const boost::json::value* stored = found.as_object().if_contains("Item");
        return stored != nullptr ? *stored : boost::json::value();
    }

    void put(std::string_view table, std::initializer_list<std::string_view> items) {
        for (const std::string_view each : items) {
            done("PutItem",
                 R"({"TableName":")" + std::string(table) + R"(","Item":)" + std::string(each) + "}");
        }
    }

    /// Creates "music" with the key (artist, song) and no index, and "counters" with the key id, a number.
    void create_plain_tables() {
        done("CreateTable", R"({"TableName":"music","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"artist","AttributeType":"S"},
                                    {"AttributeName":"song","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"},
                         {"AttributeName":"song","KeyType":"RANGE"}]})");
        done("CreateTable", R"({"TableName":"counters","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
    }

    /// Creates "scores" with the key (player, game). by_points is a local index and projects only keys.
    /// by_game and by_level are global; by_game projects all attributes, by_level projects "note".
    void create_indexed_table() {
        done("CreateTable", R"({"TableName":"scores","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"player","AttributeType":"S"},
                                    {"AttributeName":"game","AttributeType":"S"},
                                    {"AttributeName":"points","AttributeType":"N"},
                                    {"AttributeName":"level","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"player","KeyType":"HASH"},
                         {"AttributeName":"game","KeyType":"RANGE"}],
            "LocalSecondaryIndexes":[{"IndexName":"by_points","Projection":{"ProjectionType":"KEYS_ONLY"},
                "KeySchema":[{"AttributeName":"player","KeyType":"HASH"},
                             {"AttributeName":"points","KeyType":"RANGE"}]}],
            "GlobalSecondaryIndexes":[{"IndexName":"by_game","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"game","KeyType":"HASH"},
                             {"AttributeName":"points","KeyType":"RANGE"}]},
                {"IndexName":"by_level",
                 "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["note"]},
                 "KeySchema":[{"AttributeName":"level","KeyType":"HASH"}]}]})");
    }

    ManualClock clock{Timestamp(std::chrono::seconds(1769860800))};
    Engine engine;
};

}  // namespace tailrace::operation
