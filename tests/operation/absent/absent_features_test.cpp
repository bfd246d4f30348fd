#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

const std::string music = "arn:aws:dynamodb:us-east-1:000000000000:table/music";

std::string with(const std::string& member, const std::string& value) {
    return R"({")" + member + R"(":")" + value + R"("})";
}

std::string empty_name(const std::string& of) {
    return "ValidationException: " + of +
           " must be at least 3 characters long and at most 255 characters long";
}

}  // namespace

TEST_CASE("the limits are those of an account on its first day", "[describe_limits]") {
    TestEngine engine;
    CHECK(engine.done("DescribeLimits", "{}") ==
          json(R"({"AccountMaxReadCapacityUnits":80000,"AccountMaxWriteCapacityUnits":80000,
                   "TableMaxReadCapacityUnits":40000,"TableMaxWriteCapacityUnits":40000})"));
}

TEST_CASE("a client is told to use the address that it called", "[describe_endpoints]") {
    TestEngine engine;
    CHECK(
        engine.done("DescribeEndpoints", "{}") ==
        json(
            R"({"Endpoints":[{"Address":"dynamodb.us-east-1.amazonaws.com","CachePeriodInMinutes":1440}]})"));
    CHECK(json(engine.engine.execute("DescribeEndpoints", {}, {"", "", "localhost:8000"})) ==
          json(R"({"Endpoints":[{"Address":"localhost:8000","CachePeriodInMinutes":1440}]})"));
}

TEST_CASE("there are no backups, exports, imports and global tables", "[list_backups]") {
    TestEngine engine;
    CHECK(engine.done("ListBackups", "{}") == json(R"({"BackupSummaries":[]})"));
    CHECK(engine.done("ListBackups", with("TableName", "nowhere")) == json(R"({"BackupSummaries":[]})"));
    CHECK(engine.done("ListExports", "{}") == json(R"({"ExportSummaries":[]})"));
    CHECK(engine.done("ListImports", "{}") == json(R"({"ImportSummaryList":[]})"));
    CHECK(engine.done("ListGlobalTables", "{}") == json(R"({"GlobalTables":[]})"));
}

TEST_CASE("a backup that is named does not exist", "[describe_backup]") {
    TestEngine engine;
    const std::string backup = music + "/backup/01681997703770-aa93528e";
    for (const char* operation : {"DescribeBackup", "DeleteBackup"}) {
        CHECK(engine.refusal(operation, with("BackupArn", backup)) ==
              "BackupNotFoundException: Backup not found: " + backup);
        CHECK(engine.refusal(operation, with("BackupArn", music)) ==
              "ValidationException: Invalid Backup ARN");
        CHECK(engine.refusal(operation, with("BackupArn", "")) == "ValidationException: Invalid Backup ARN");
    }
    CHECK(engine.refusal("DescribeBackup",
                         with("BackupArn", "arn:aws:dynamodb:us-east-1:123456789012:table/a/backup/1")) ==
          "AccessDeniedException: Access is denied");
    CHECK(engine.refusal("RestoreTableFromBackup",
                         R"({"TargetTableName":"copy","BackupArn":")" + backup + "\"}") ==
          "BackupNotFoundException: Backup not found: " + backup);
    CHECK(engine.refusal("RestoreTableFromBackup", R"({"TargetTableName":"","BackupArn":")" + backup +
                                                       "\"}") == empty_name("TableName"));
}

TEST_CASE("an export or an import that is named does not exist", "[describe_export]") {
    TestEngine engine;
    const std::string export_arn = music + "/export/01681997703770-aa93528e";
    const std::string import_arn = music + "/import/01681997703770-aa93528e";
    CHECK(engine.refusal("DescribeExport", with("ExportArn", export_arn)) ==
          "ExportNotFoundException: Export not found: Export not found: " + export_arn);
    CHECK(engine.refusal("DescribeExport", with("ExportArn", import_arn)) ==
          "ValidationException: Invalid Export ARN");
    CHECK(engine.refusal("DescribeImport", with("ImportArn", import_arn)) ==
          "ImportNotFoundException: Import not found: " + import_arn);
    CHECK(engine.refusal("DescribeImport", with("ImportArn", export_arn)) ==
          "ValidationException: Invalid Import ARN");
}

// Tests the older kind of global table, and the auto scaling of both kinds. A table of one region is not
// global.
TEST_CASE("no table is a global table", "[describe_global_table]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string missing = "Global table with name: 'music' does not exist.";
    CHECK(engine.refusal("DescribeGlobalTable", with("GlobalTableName", "music")) ==
          "GlobalTableNotFoundException: Global table not found: " + missing);
    CHECK(engine.refusal("DescribeGlobalTableSettings", with("GlobalTableName", "music")) ==
          "GlobalTableNotFoundException: " + missing);
    CHECK(engine.refusal("UpdateGlobalTableSettings", with("GlobalTableName", "music")) ==
          "GlobalTableNotFoundException: " + missing);
    CHECK(engine.refusal("DescribeTableReplicaAutoScaling", with("TableName", music)) ==
          "ResourceNotFoundException: " + missing);
    for (const char* operation : {"DescribeGlobalTable", "DescribeGlobalTableSettings"}) {
        CHECK(engine.refusal(operation, with("GlobalTableName", "")) == empty_name("TableName"));
    }
    CHECK(engine.refusal("CreateGlobalTable",
                         R"({"GlobalTableName":"music","ReplicationGroup":[{"RegionName":"eu-west-1"}]})") ==
          "ValidationException: One or more parameter values were invalid: DynamoDB global tables version "
          "2017.11.29 is not supported. We recommend using DynamoDB global tables version 2019.11.21, "
          "instead of version 2017.11.29 (Legacy).");
}

TEST_CASE("Contributor Insights is disabled", "[describe_contributor_insights]") {
    TestEngine engine;
    engine.create_indexed_table();
    CHECK(engine.done("DescribeContributorInsights", with("TableName", "scores")) ==
          json(R"({"TableName":"scores","ContributorInsightsStatus":"DISABLED"})"));
    CHECK(engine.done("DescribeContributorInsights", R"({"TableName":"scores","IndexName":"by_game"})") ==
          json(R"({"TableName":"scores","IndexName":"by_game","ContributorInsightsStatus":"DISABLED"})"));
    CHECK(
        engine.refusal("DescribeContributorInsights", R"({"TableName":"scores","IndexName":"by_points"})") ==
        "ResourceNotFoundException: Requested resource not found: Index: by_points not found for table: "
        "scores");
    CHECK(engine.refusal("DescribeContributorInsights", R"({"TableName":"scores","IndexName":""})") ==
          empty_name("IndexName"));
    CHECK(engine.done("ListContributorInsights", "{}") == json(R"({"ContributorInsightsSummaries":[]})"));
    CHECK(engine.refusal("ListContributorInsights", with("TableName", "nowhere")) ==
          "ResourceNotFoundException: Requested resource not found: Table: nowhere not found");
}

TEST_CASE("no table streams to Kinesis", "[describe_kinesis_streaming_destination]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.done("DescribeKinesisStreamingDestination", with("TableName", "music")) ==
          json(R"({"TableName":"music","KinesisDataStreamDestinations":[]})"));
    CHECK(engine.refusal("DisableKinesisStreamingDestination",
                         R"({"TableName":"music",
                             "StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/changes"})") ==
          "ValidationException: Table is not in a valid state to enable Kinesis Streaming Destination: "
          "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.");
}

TEST_CASE("no resource has a policy", "[get_resource_policy]") {
    TestEngine engine;
    engine.create_plain_tables();
    const auto ask = [&](const std::string& arn) {
        return engine.refusal("GetResourcePolicy", with("ResourceArn", arn));
    };
    CHECK(ask(music) ==
          "PolicyNotFoundException: Resource-based policy not found for the provided ResourceArn: " + music);
    CHECK(ask(music + "x") ==
          "ResourceNotFoundException: Requested resource not found: Table: musicx not found");
    CHECK(
        ask(music + "/stream/2000-01-01T00:00:00.000") ==
        "ResourceNotFoundException: Requested resource not found: Stream: 2000-01-01T00:00:00.000 not found "
        "for Table: music");
    CHECK(
        ask("music") ==
        "ValidationException: One or more parameter values were invalid: ARNs must start with 'arn:': music");
    CHECK(ask("arn:aws:dynamodb:us-east-1:123456789012:table/music") ==
          "ValidationException: This action is only supported by accounts that match the resource "
          "owner\u2019s account.");
}
