#pragma once

#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/operation/throughput/throughput.hpp"
#include "engine/table/database.hpp"
#include "tests/operation/engine_fixture.hpp"

namespace tailrace::operation {

inline const std::string table_provisioned =
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
    "provisioning level with the UpdateTable API.";
inline const std::string index_provisioned =
    "The level of configured provisioned throughput for one or more global secondary indexes of the table "
    "was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary "
    "indexes with the UpdateTable API.";
inline const std::string hot_key =
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your "
    "table or index so please try again shortly. If exceptions persist, check if you have a hot key: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";

/// The body of an error that has the reason, for a resource such as "table/stock".
inline boost::json::value throttled(const std::string& name, const std::string& message,
                                    const std::string& reason, const std::string& resource) {
    const bool is_provisioned = name == "ProvisionedThroughputExceededException";
    const std::string prefix =
        is_provisioned ? "com.amazonaws.dynamodb.v20120810#" : "com.amazon.coral.availability#";
    return json(R"({"__type":")" + prefix + name + R"(","message":")" + message + R"(",")" +
                (is_provisioned ? "ThrottlingReasons" : "throttlingReasons") + R"(":[{"reason":")" + reason +
                R"(","resource":"arn:aws:dynamodb:us-east-1:000000000000:)" + resource + R"("}]})");
}

inline boost::json::value provisioned(const std::string& reason,
                                      const std::string& resource = "table/stock") {
    const bool is_index = reason.starts_with("Index");
    return throttled("ProvisionedThroughputExceededException",
                     is_index ? index_provisioned : table_provisioned, reason, resource);
}

inline boost::json::value on_demand(const std::string& reason, const std::string& resource,
                                    const std::string& message = hot_key) {
    return throttled("ThrottlingException", message, reason, resource);
}

/// An engine with the tables of create_plain_tables() and create_indexed_table(), and with "stock". That is
/// provisioned with 4 read and 2 write units, and its index "by_place" with 3 and 1. The buckets of all
/// tables hold the units of one second, unless a test says otherwise.
struct ThrottledEngine : TestEngine {
    ThrottledEngine() {
        create_plain_tables();
        create_indexed_table();
        done("CreateTable", R"({"TableName":"stock",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},
                                    {"AttributeName":"place","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "ProvisionedThroughput":{"ReadCapacityUnits":4,"WriteCapacityUnits":2},
            "GlobalSecondaryIndexes":[{"IndexName":"by_place","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"place","KeyType":"HASH"}],
                "ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":1}}]})");
        throttle({{.burst_seconds = 1}});
    }

    void throttle(std::vector<ThrottleSetting> settings) { engine.throughput().replace(std::move(settings)); }

    boost::json::value put_stock(const std::string& id, const std::string& more = "") {
        return answer("PutItem", R"({"TableName":"stock","Item":{"id":{"S":")" + id + R"("})" + more + "}}");
    }
    boost::json::value get_stock(const std::string& id, bool consistent = true) {
        return answer("GetItem", R"({"TableName":"stock","ConsistentRead":)" +
                                     std::string(consistent ? "true" : "false") + R"(,"Key":{"id":{"S":")" +
                                     id + R"("}}})");
    }
    boost::json::value put_counter(int id) {
        return answer("PutItem",
                      R"({"TableName":"counters","Item":{"id":{"N":")" + std::to_string(id) + R"("}}})");
    }

    /// The throughput of the table; of its index if that is named.
    ShownThroughput shown(const std::string& table, const std::string& index = "") {
        return engine.database().read([&](const table::ReadSession& session) {
            for (const ShownThroughput& each :
                 engine.throughput().show(session.table(table), session.now())) {
                if ((each.index != nullptr ? each.index->name : "") == index) return each;
            }
            return ShownThroughput();
        });
    }
    double left(const std::string& table, bool is_write, const std::string& index = "") {
        return shown(table, index).own.of(is_write)->available;
    }
};

inline const boost::json::value accepted = json("{}");

}  // namespace tailrace::operation
