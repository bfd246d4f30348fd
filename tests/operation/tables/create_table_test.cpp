#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

constexpr const char* letters = R"({"TableName":"letters","ProvisionedThroughput":{"ReadCapacityUnits":5,
    "WriteCapacityUnits":2},"DeletionProtectionEnabled":true,"TableClass":"STANDARD",
    "AttributeDefinitions":[{"AttributeName":"to","AttributeType":"S"},
                            {"AttributeName":"at","AttributeType":"N"},
                            {"AttributeName":"from","AttributeType":"B"}],
    "KeySchema":[{"AttributeName":"to","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}],
    "LocalSecondaryIndexes":[{"IndexName":"sender","Projection":{"ProjectionType":"KEYS_ONLY"},
        "KeySchema":[{"AttributeName":"to","KeyType":"HASH"},{"AttributeName":"from","KeyType":"RANGE"}]}],
    "GlobalSecondaryIndexes":[{"IndexName":"sent",
        "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["text","subject"]},
        "ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1},
        "KeySchema":[{"AttributeName":"from","KeyType":"HASH"}]}],
    "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}})";

}  // namespace

// The answer is the whole TableDescription, since SDKs and tools read any part of it. AttributeDefinitions
// and NonKeyAttributes are sorted by name; a KeySchema is not.
TEST_CASE("CreateTable answers with the whole description", "[create_table]") {
    TestEngine engine;
    auto description = engine.done("CreateTable", letters).at("TableDescription").as_object();
    const std::string id(description.at("TableId").as_string());
    CHECK(id.size() == 36);
    CHECK(id[14] == '4');
    description.erase("TableId");
    CHECK(description == json(R"({
        "TableName":"letters","TableStatus":"CREATING","CreationDateTime":1769860800.0,
        "TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/letters",
        "TableSizeBytes":0,"ItemCount":0,
        "AttributeDefinitions":[{"AttributeName":"at","AttributeType":"N"},
                                {"AttributeName":"from","AttributeType":"B"},
                                {"AttributeName":"to","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"to","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}],
        "ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":5,"WriteCapacityUnits":2},
        "LocalSecondaryIndexes":[{"IndexName":"sender","IndexSizeBytes":0,"ItemCount":0,
            "IndexArn":"arn:aws:dynamodb:us-east-1:000000000000:table/letters/index/sender",
            "Projection":{"ProjectionType":"KEYS_ONLY"},
            "KeySchema":[{"AttributeName":"to","KeyType":"HASH"},
                         {"AttributeName":"from","KeyType":"RANGE"}]}],
        "GlobalSecondaryIndexes":[{"IndexName":"sent","IndexStatus":"CREATING","IndexSizeBytes":0,
            "IndexArn":"arn:aws:dynamodb:us-east-1:000000000000:table/letters/index/sent","ItemCount":0,
            "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["subject","text"]},
            "KeySchema":[{"AttributeName":"from","KeyType":"HASH"}],
            "ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":1,
                                     "WriteCapacityUnits":1}}],
        "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"},
        "LatestStreamLabel":"2026-01-31T12:00:00.000",
        "LatestStreamArn":
            "arn:aws:dynamodb:us-east-1:000000000000:table/letters/stream/2026-01-31T12:00:00.000",
        "TableClassSummary":{"TableClass":"STANDARD"},
        "DeletionProtectionEnabled":true})"));
}

// Only DescribeTable shows the time at which a table became on demand.
TEST_CASE("CreateTable names the billing mode alone", "[create_table]") {
    TestEngine engine;
    const auto created = engine.done("CreateTable", R"({"TableName":"letters","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"to","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"to","KeyType":"HASH"}]})");
    CHECK(created.at("TableDescription").at("BillingModeSummary") ==
          json(R"({"BillingMode":"PAY_PER_REQUEST"})"));
    CHECK(engine.done("DescribeTable", R"({"TableName":"letters"})").at("Table").at("BillingModeSummary") ==
          json(R"({"BillingMode":"PAY_PER_REQUEST","LastUpdateToPayPerRequestDateTime":1769860800.0})"));
}

TEST_CASE("CreateTable refuses settings that would be forgotten", "[create_table]") {
    TestEngine engine;
    const auto create = [&](const std::string& member) {
        return engine.refusal("CreateTable", R"({"TableName":"letters","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"to","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"to","KeyType":"HASH"}],)" +
                                                 member + "}");
    };
    CHECK(create(R"("ResourcePolicy":"{}")") ==
          "ValidationException: ResourcePolicy is not supported by Tailrace: there is no access control");
    for (const std::string name : {"GlobalTableSourceArn", "GlobalTableSettingsReplicationMode"}) {
        CHECK(create("\"" + name + R"(":"ENABLED")") ==
              "ValidationException: " + name + " is not supported by Tailrace: there are no global tables");
    }
    CHECK(engine.done("ListTables", "{}") == json(R"({"TableNames":[]})"));
}

TEST_CASE("CreateTable on demand has no capacity units", "[create_table]") {
    TestEngine engine;
    engine.create_plain_tables();
    const auto table = engine.done("DescribeTable", R"({"TableName":"counters"})").at("Table");
    CHECK(table.at("BillingModeSummary") ==
          json(R"({"BillingMode":"PAY_PER_REQUEST","LastUpdateToPayPerRequestDateTime":1769860800.0})"));
    CHECK(table.at("ProvisionedThroughput") ==
          json(R"({"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,"WriteCapacityUnits":0})"));
    CHECK_FALSE(table.as_object().contains("LatestStreamArn"));
}

TEST_CASE("CreateTable refuses a name that is taken", "[create_table]") {
    TestEngine engine;
    engine.done("CreateTable", letters);
    CHECK(engine.refusal("CreateTable", letters) == "ResourceInUseException: Table already exists: letters");
}

TEST_CASE("CreateTable takes the region of the caller into its ARNs", "[create_table]") {
    TestEngine engine;
    const auto response =
        json(engine.engine.execute("CreateTable", json(letters).as_object(), {"AKID", "eu-west-1"}));
    CHECK(response.at("TableDescription").at("TableArn") ==
          "arn:aws:dynamodb:eu-west-1:000000000000:table/letters");
}

// Faults of the definition itself are reported before anything is looked up.
TEST_CASE("CreateTable checks the definition", "[create_table]") {
    TestEngine engine;
    CHECK(engine.refusal("CreateTable", R"({"TableName":"letters","BillingMode":"PAY_PER_REQUEST",
              "AttributeDefinitions":[{"AttributeName":"to","AttributeType":"S"}],
              "KeySchema":[{"AttributeName":"at","KeyType":"HASH"}]})") ==
          "ValidationException: One or more parameter values were invalid: Some index key attributes are not "
          "defined in AttributeDefinitions. Keys: [at], AttributeDefinitions: [to]");
}

// A fraction is cut off, as for every Long. A number beyond a Long's range becomes the largest or smallest
// Long.
TEST_CASE("capacity units are whole numbers within bounds", "[create_table]") {
    const auto with_units = [](const std::string& units) {
        return R"({"TableName":"abc","AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"}],)"
               R"("KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],"ProvisionedThroughput":)"
               R"({"ReadCapacityUnits":)" +
               units + R"(,"WriteCapacityUnits":1}})";
    };
    TestEngine engine;
    const auto created = engine.done("CreateTable", with_units("1.5"));
    CHECK(created.at("TableDescription").at("ProvisionedThroughput").at("ReadCapacityUnits") == 1);
    const auto out_of_bounds = [](const std::string& units) {
        return "ValidationException: Given value " + units + " for ReadCapacityUnits is out of bounds";
    };
    CHECK(engine.refusal("CreateTable", with_units("1e18")) == out_of_bounds("1000000000000000000"));
    for (const char* beyond :
         {"9223372036854775807", "9223372036854775808", "18446744073709551616", "1e300"}) {
        CHECK(engine.refusal("CreateTable", with_units(beyond)) == out_of_bounds("9223372036854775807"));
    }
}
