#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

const std::string invalid = "ValidationException: One or more parameter values were invalid: ";
const std::string on_demand = R"("BillingMode":"PAY_PER_REQUEST")";
const std::string provisioned = R"("ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":2})";

std::string letters(const std::string& members) {
    return R"({"TableName":"letters","AttributeDefinitions":[{"AttributeName":"to","AttributeType":"S"}],
               "KeySchema":[{"AttributeName":"to","KeyType":"HASH"}],)" +
           members + "}";
}

std::string change(const std::string& members) {
    return R"({"TableName":"letters",)" + members + "}";
}

std::string warm(int reads, int writes) {
    return R"("WarmThroughput":{"ReadUnitsPerSecond":)" + std::to_string(reads) +
           R"(,"WriteUnitsPerSecond":)" + std::to_string(writes) + "}";
}

/// A setting as DescribeTable shows it; null if it is not shown.
boost::json::value shown(TestEngine& engine, std::string_view name) {
    const auto described = engine.done("DescribeTable", R"({"TableName":"letters"})");
    const auto* setting = described.at("Table").as_object().if_contains(name);
    return setting != nullptr ? *setting : boost::json::value();
}

}  // namespace

// A table's class is shown once it has been set, together with the time of its last change.
TEST_CASE("a table's class is shown", "[shown_settings]") {
    TestEngine engine;
    engine.done("CreateTable", letters(on_demand));
    CHECK(shown(engine, "TableClassSummary").is_null());
    engine.clock.advance(std::chrono::seconds(60));
    engine.done("UpdateTable", change(R"("TableClass":"STANDARD_INFREQUENT_ACCESS")"));
    CHECK(shown(engine, "TableClassSummary") ==
          json(R"({"TableClass":"STANDARD_INFREQUENT_ACCESS","LastUpdateDateTime":1769860860.0})"));
}

TEST_CASE("encryption with a customer's key is shown", "[shown_settings]") {
    TestEngine engine;
    const std::string key = "11111111-2222-3333-4444-555555555555";
    engine.done("CreateTable", letters(on_demand + R"(,"SSESpecification":{"Enabled":true,"SSEType":"KMS",
                                                       "KMSMasterKeyId":")" +
                                       key + "\"}"));
    const std::string arn = "arn:aws:kms:us-east-1:000000000000:key/" + key;
    CHECK(shown(engine, "SSEDescription") ==
          json(R"({"Status":"ENABLED","SSEType":"KMS","KMSMasterKeyArn":")" + arn + "\"}"));
    CHECK(engine.refusal("UpdateTable", change(R"("SSESpecification":{"Enabled":true,"SSEType":"KMS",
                                                  "KMSMasterKeyId":")" +
                                               arn + "\"}")) ==
          invalid +
              "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you "
              "want to change Master Key");
    engine.done("UpdateTable", change(R"("SSESpecification":{"Enabled":false})"));
    CHECK(shown(engine, "SSEDescription").is_null());
    CHECK(engine.refusal("UpdateTable", change(R"("SSESpecification":{"Enabled":false})")) ==
          invalid + "Table is already encrypted by default");
}

TEST_CASE("encryption with the account's key shows its ARN", "[shown_settings]") {
    TestEngine engine;
    engine.done("CreateTable", letters(on_demand + R"(,"SSESpecification":{"Enabled":true})"));
    const auto encryption = shown(engine, "SSEDescription");
    CHECK(encryption.at("Status") == "ENABLED");
    CHECK(
        encryption.at("KMSMasterKeyArn").as_string().starts_with("arn:aws:kms:us-east-1:000000000000:key/"));
}

// Each of the two limits can be set and removed separately.
TEST_CASE("limits of on-demand throughput are shown", "[shown_settings]") {
    TestEngine engine;
    engine.done("CreateTable", letters(on_demand + R"(,"OnDemandThroughput":{"MaxReadRequestUnits":100})"));
    CHECK(shown(engine, "OnDemandThroughput") == json(R"({"MaxReadRequestUnits":100})"));
    engine.done("UpdateTable",
                change(R"("OnDemandThroughput":{"MaxReadRequestUnits":-1,"MaxWriteRequestUnits":50})"));
    CHECK(shown(engine, "OnDemandThroughput") == json(R"({"MaxWriteRequestUnits":50})"));
    engine.done("UpdateTable", change(R"("BillingMode":"PROVISIONED",)" + provisioned));
    CHECK(shown(engine, "OnDemandThroughput").is_null());
    CHECK(engine.refusal("UpdateTable", change(R"("OnDemandThroughput":{"MaxReadRequestUnits":100})")) ==
          invalid +
              "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is "
              "PROVISIONED");
}

// An index has limits of its own; like the table's, they depend on the billing mode.
TEST_CASE("limits of an index's on-demand throughput are shown", "[shown_settings]") {
    TestEngine engine;
    engine.create_indexed_table();
    const auto limits = [&engine] {
        const auto described = engine.done("DescribeTable", R"({"TableName":"scores"})");
        const auto& index = described.at("Table").at("GlobalSecondaryIndexes").at(0).as_object();
        const auto* shown = index.if_contains("OnDemandThroughput");
        return shown != nullptr ? *shown : boost::json::value();
    };
    const auto update = [](const std::string& setting) {
        return R"({"TableName":"scores","GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by_game")" +
               setting + "}}]}";
    };
    CHECK(limits().is_null());
    engine.done("UpdateTable", update(R"(,"OnDemandThroughput":{"MaxReadRequestUnits":7})"));
    CHECK(limits() == json(R"({"MaxReadRequestUnits":7})"));
    engine.done("UpdateTable",
                update(R"(,"OnDemandThroughput":{"MaxReadRequestUnits":-1,"MaxWriteRequestUnits":8})"));
    CHECK(limits() == json(R"({"MaxWriteRequestUnits":8})"));
    CHECK(engine.refusal("UpdateTable", update("")) ==
          invalid +
              "The only Updates for index: by_game when TableThroughputMode is PAY_PER_REQUEST can be to "
              "OnDemandThroughput, WarmThroughput");
    const std::string units = R"("ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":3})";
    const std::string both = R"({"Update":{"IndexName":"by_game",)" + units +
                             R"(}},{"Update":{"IndexName":"by_level",)" + units + "}}";
    engine.done("UpdateTable", R"({"TableName":"scores","BillingMode":"PROVISIONED",)" + units +
                                   R"(,"GlobalSecondaryIndexUpdates":[)" + both + "]}");
    CHECK(limits().is_null());
    CHECK(engine.refusal("UpdateTable", update(R"(,"OnDemandThroughput":{"MaxReadRequestUnits":7})")) ==
          invalid +
              "MaxReadRequestUnits for OnDemandThroughput for index: by_game cannot be specified when the "
              "table BillingMode is PROVISIONED");
}

// Every table has a warm throughput: a fixed one if it is on demand, otherwise the highest that was ever
// provisioned.
TEST_CASE("warm throughput follows what was provisioned and never falls", "[shown_settings]") {
    TestEngine engine;
    engine.done("CreateTable", letters(provisioned));
    CHECK(shown(engine, "WarmThroughput") ==
          json(R"({"ReadUnitsPerSecond":5,"WriteUnitsPerSecond":2,"Status":"ACTIVE"})"));
    engine.done("UpdateTable",
                change(R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":9})"));
    CHECK(shown(engine, "WarmThroughput") ==
          json(R"({"ReadUnitsPerSecond":5,"WriteUnitsPerSecond":9,"Status":"ACTIVE"})"));
    const auto most = json(R"({"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000,"Status":"ACTIVE"})");
    engine.done("UpdateTable", change(on_demand));
    CHECK(shown(engine, "WarmThroughput") == most);
    engine.done("UpdateTable", change(R"("BillingMode":"PROVISIONED",)" + provisioned));
    CHECK(shown(engine, "WarmThroughput") == most);
}

TEST_CASE("indexes have a warm throughput too", "[shown_settings]") {
    TestEngine engine;
    engine.create_indexed_table();
    const auto table = engine.done("DescribeTable", R"({"TableName":"scores"})").at("Table");
    CHECK(table.at("GlobalSecondaryIndexes").at(0).at("WarmThroughput") ==
          json(R"({"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000,"Status":"ACTIVE"})"));
    CHECK_FALSE(table.at("LocalSecondaryIndexes").at(0).as_object().contains("WarmThroughput"));
}

// An update of an index may change only its warm throughput.
TEST_CASE("an index's warm throughput can be raised", "[shown_settings]") {
    TestEngine engine;
    engine.create_indexed_table();
    const auto update = [](const std::string& setting) {
        return R"({"TableName":"scores","GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by_game",)" +
               setting + "}}]}";
    };
    engine.done("UpdateTable", update(warm(12001, 4000)));
    const auto table = engine.done("DescribeTable", R"({"TableName":"scores"})").at("Table");
    CHECK(table.at("GlobalSecondaryIndexes").at(0).at("WarmThroughput") ==
          json(R"({"ReadUnitsPerSecond":12001,"WriteUnitsPerSecond":4000,"Status":"ACTIVE"})"));
    CHECK(engine.refusal("UpdateTable", update(warm(12000, 4000))) ==
          invalid +
              "Requested ReadUnitsPerSecond for WarmThroughput for index by_game is lower than current "
              "WarmThroughput, decreasing WarmThroughput is not supported");
}

TEST_CASE("warm throughput can be raised", "[shown_settings]") {
    TestEngine engine;
    engine.done("CreateTable", letters(on_demand + "," + warm(13000, 5000)));
    engine.done("UpdateTable", change(R"("WarmThroughput":{"WriteUnitsPerSecond":6000})"));
    CHECK(shown(engine, "WarmThroughput") ==
          json(R"({"ReadUnitsPerSecond":13000,"WriteUnitsPerSecond":6000,"Status":"ACTIVE"})"));
    CHECK(engine.refusal("UpdateTable", change(warm(12999, 6000))) ==
          invalid +
              "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current "
              "WarmThroughput, decreasing WarmThroughput is not supported");
}

// The requested throughput is shown as UPDATING while the table is created; without a request none is shown
// yet.
TEST_CASE("warm throughput of a new table is shown when it was asked for", "[shown_settings]") {
    TestEngine engine;
    const auto created = [&](const std::string& settings) {
        const auto answer = engine.done("CreateTable", letters(on_demand + settings));
        engine.done("DeleteTable", R"({"TableName":"letters"})");
        const auto* warmth = answer.at("TableDescription").as_object().if_contains("WarmThroughput");
        return warmth != nullptr ? *warmth : boost::json::value();
    };
    CHECK(created("").is_null());
    CHECK(created(R"(,"WarmThroughput":{})").is_null());
    CHECK(created(R"(,"WarmThroughput":{"ReadUnitsPerSecond":13000})") ==
          json(R"({"ReadUnitsPerSecond":13000,"WriteUnitsPerSecond":4000,"Status":"UPDATING"})"));
    engine.done("CreateTable", letters(on_demand + "," + warm(13000, 5000)));
    CHECK(shown(engine, "WarmThroughput") ==
          json(R"({"ReadUnitsPerSecond":13000,"WriteUnitsPerSecond":5000,"Status":"ACTIVE"})"));
}

TEST_CASE("a new table's warm throughput cannot be below its minimum", "[shown_settings]") {
    TestEngine engine;
    CHECK(engine.refusal("CreateTable", letters(on_demand + "," + warm(12000, 3999))) ==
          invalid +
              "Requested WriteUnitsPerSecond for WarmThroughput for table is lower than initial throughput "
              "for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
              "on-demand-capacity-mode.html#on-demand-capacity-mode-initial");
    CHECK(engine.refusal("CreateTable", letters(provisioned + "," + warm(4, 2))) ==
          invalid +
              "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than ReadCapacityUnits of "
              "ProvisionedThroughput");
}
