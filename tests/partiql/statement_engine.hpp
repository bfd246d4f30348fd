#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "engine/model/api_error.hpp"
#include "engine/model/clock.hpp"
#include "engine/operation/engine.hpp"
#include "engine/partiql/operations.hpp"
#include "engine/storage/open_store.hpp"
#include "tests/catch.hpp"
#include "tests/request_json.hpp"
#include "tests/storage/contending_store.hpp"

namespace tailrace::partiql {

/// An engine for PartiQL statements with two tables. "notes" has the key pk. "threads" has the key (pk, sk),
/// the global indexes "by_group" with the key (group), keys only, and "by_group_l" with the key (group, l),
/// all attributes, and the local index "by_l" with the key (pk, l), keys only. All keys are strings.
class StatementEngine {
  public:
    explicit StatementEngine(const EngineOptions& options = {})
        : engine(options, tests::test_store(storage::open_store({})), clock, operations()) {
        answer("CreateTable", R"({"TableName":"notes","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})");
        answer("CreateTable", R"({"TableName":"threads","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
                                    {"AttributeName":"sk","AttributeType":"S"},
                                    {"AttributeName":"group","AttributeType":"S"},
                                    {"AttributeName":"l","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
            "LocalSecondaryIndexes":[{"IndexName":"by_l","Projection":{"ProjectionType":"KEYS_ONLY"},
                "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},
                             {"AttributeName":"l","KeyType":"RANGE"}]}],
            "GlobalSecondaryIndexes":[{"IndexName":"by_group","Projection":{"ProjectionType":"KEYS_ONLY"},
                "KeySchema":[{"AttributeName":"group","KeyType":"HASH"}]},
                {"IndexName":"by_group_l","Projection":{"ProjectionType":"ALL"},
                 "KeySchema":[{"AttributeName":"group","KeyType":"HASH"},
                              {"AttributeName":"l","KeyType":"RANGE"}]}]})");
    }

    /// Returns the response, or the body of the ApiError if the request fails.
    std::string answer(std::string_view operation, std::string_view request) {
        try {
            return engine.execute(operation, tests::request_json(request).as_object());
        } catch (const ApiError& error) {
            return error.body();
        }
    }

    /// Returns the response to ExecuteStatement, or "ValidationException: …". `more` has the members after
    /// Statement.
    std::string run(std::string_view statement, std::string_view more = {}) {
        boost::json::object request{{"Statement", statement}};
        if (!more.empty()) {
            const auto members = tests::request_json("{" + std::string(more) + "}");
            for (const auto& each : members.as_object()) request[each.key()] = each.value();
        }
        try {
            return engine.execute("ExecuteStatement", request);
        } catch (const ApiError& error) {
            return std::string(error.name()) + ": " + error.message();
        }
    }

    /// The same with Parameters, a JSON array.
    std::string run_with(std::string_view statement, std::string_view parameters) {
        return run(statement, "\"Parameters\":" + std::string(parameters));
    }

    /// Adds the threads "a" and "b", each with the sort keys "1" to "4", in the group "x"; l descends as sk
    /// ascends.
    void fill_threads() {
        for (const std::string pk : {"a", "b"}) {
            for (int i = 1; i <= 4; ++i) {
                run("INSERT INTO threads VALUE {'pk':'" + pk + "','sk':'" + std::to_string(i) +
                    "','group':'x','l':'" + std::to_string(9 - i) + "','n':" + std::to_string(i) + "}");
            }
        }
    }

    ManualClock clock{Timestamp(std::chrono::seconds(1769860800))};
    Engine engine;
};

/// A request for BatchExecuteStatement or ExecuteTransaction with these statements.
inline std::string statements(std::string_view member, std::initializer_list<std::string_view> all,
                              std::string_view more = {}) {
    boost::json::array members;
    for (const std::string_view each : all) members.push_back(boost::json::object{{"Statement", each}});
    std::string request = "{\"" + std::string(member) + "\":" + boost::json::serialize(members);
    if (!more.empty()) request.append(",").append(more);
    return request.append("}");
}

}  // namespace tailrace::partiql
