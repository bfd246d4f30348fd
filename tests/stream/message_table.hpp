#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <vector>

#include "engine/operation/engine.hpp"
#include "engine/storage/open_store.hpp"

namespace tailrace::tests {

/// An engine for one test, in memory or on a file, with a table of direct messages that has an index and a
/// stream.
class MessageTable {
  public:
    explicit MessageTable(const std::string& path = {}, const EngineOptions& options = {})
        : MessageTable(options, storage::open_store({path})) {}
    explicit MessageTable(const EngineOptions& options, std::unique_ptr<storage::Store> store)
        : clock_(Timestamp(std::chrono::hours(24 * 365 * 53))),
          engine_(std::make_unique<Engine>(options, std::move(store), clock_)) {}

    Engine& engine() { return *engine_; }
    ManualClock& clock() { return clock_; }

    boost::json::object call(const std::string& operation, const std::string& request) {
        return boost::json::parse(engine_->execute(operation, boost::json::parse(request).as_object()))
            .as_object();
    }

    void create() {
        call("CreateTable", R"({"TableName":"messages","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
                                    {"AttributeName":"sk","AttributeType":"S"},
                                    {"AttributeName":"message_group_uuid","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
            "GlobalSecondaryIndexes":[{"IndexName":"message-group-sk-index",
                "Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"message_group_uuid","KeyType":"HASH"},
                             {"AttributeName":"sk","KeyType":"RANGE"}]}],
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
    }

    void put_group(const std::string& user, const std::string& group, const std::string& sk) {
        call("PutItem", R"({"TableName":"messages","Item":{"pk":{"S":"GRP#)" + user + R"("},"sk":{"S":")" +
                            sk + R"("},"message_group_uuid":{"S":")" + group +
                            R"("},"message":{"S":"first"}}})");
    }

    void put_message(const std::string& group, const std::string& sk, const std::string& text) {
        call("PutItem", R"({"TableName":"messages","Item":{"pk":{"S":"MSG#)" + group + R"("},"sk":{"S":")" +
                            sk + R"("},"message":{"S":")" + text + R"("}}})");
    }

    /// "<user> <sk> <message>" for each row of the group in the index.
    std::vector<std::string> rows_of(const std::string& group) {
        const auto page = call("Query", R"({"TableName":"messages","IndexName":"message-group-sk-index",
                "KeyConditionExpression":"message_group_uuid = :g",
                "ExpressionAttributeValues":{":g":{"S":")" +
                                            group + R"("}}})");
        std::vector<std::string> rows;
        for (const auto& item : page.at("Items").as_array()) {
            const auto text = [&](const char* name) {
                return std::string(item.at(name).at("S").as_string());
            };
            rows.push_back(text("pk").substr(4) + " " + text("sk") + " " + text("message"));
        }
        return rows;
    }

  private:
    ManualClock clock_;
    std::unique_ptr<Engine> engine_;
};

}  // namespace tailrace::tests
