#include "server/template/terraform.hpp"

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/template/samples.hpp"

using namespace tailrace::server;
namespace json = boost::json;

namespace {

Declarations read_plan(const std::string& name) {
    return read_terraform(read_json(sample_text(name)), sample(name));
}

}  // namespace

TEST_CASE("a state of Terraform declares tables with all their members", "[terraform]") {
    const Declarations declared = read_plan("songs/terraform_state.json");
    REQUIRE(declared.tables.size() == 1);
    const DeclaredTable& table = declared.tables.front();
    CHECK(table.logical_name == "module.tables.aws_dynamodb_table.music");
    CHECK(json::serialize(table.create_table) == json_of(R"({
        "TableName": "music-dev",
        "AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"},
                                 {"AttributeName": "SongTitle", "AttributeType": "S"},
                                 {"AttributeName": "Year", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"},
                      {"AttributeName": "SongTitle", "KeyType": "RANGE"}],
        "BillingMode": "PROVISIONED",
        "TableClass": "STANDARD",
        "DeletionProtectionEnabled": false,
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-year",
            "KeySchema": [{"AttributeName": "Year", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["Genre"]},
            "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 1}}],
        "LocalSecondaryIndexes": [{
            "IndexName": "by-artist-and-year",
            "KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"},
                          {"AttributeName": "Year", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"}}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        "SSESpecification": {"Enabled": true, "SSEType": "KMS",
                             "KMSMasterKeyId": "arn:aws:kms:eu-west-1:123456789012:key/1"},
        "Tags": [{"Key": "Team", "Value": "songs"}, {"Key": "Stage", "Value": "dev"}]})"));
    REQUIRE(table.time_to_live);
    CHECK(json::serialize(*table.time_to_live) == R"({"Enabled":true,"AttributeName":"ExpiresAt"})");
    REQUIRE(table.items.size() == 1);
    CHECK(json::serialize(table.items.front()) ==
          R"({"Artist":{"S":"Nina"},"SongTitle":{"S":"Feeling Good"},"Year":{"N":"1965"}})");
}

TEST_CASE("a state of Terraform declares functions in the folders of their archives", "[terraform]") {
    const Declarations declared = read_plan("songs/terraform_state.json");
    REQUIRE(declared.functions.size() == 1);
    const auto& function = declared.functions.front().definition;
    CHECK(function.name == "music-listener");
    CHECK(function.runtime == "python3.12");
    CHECK(function.handler == "app.handler");
    CHECK(function.folder == sample("songs/listener").string());
    CHECK(function.layers == std::vector{sample("songs/shared").string()});
    CHECK(function.environment == std::map<std::string, std::string>{{"TABLE", "music-dev"}});
    CHECK(function.timeout == std::chrono::seconds(20));
    CHECK(function.memory_mb == 256);
    CHECK(function.description == "listens");

    REQUIRE(declared.mappings.size() == 1);
    const DeclaredMapping& mapping = declared.mappings.front();
    CHECK(mapping.table == "music-dev");
    CHECK(mapping.function == "music-listener");
    CHECK(json::serialize(mapping.parameters) == json_of(R"({
        "BatchSize": 50, "BisectBatchOnFunctionError": true, "Enabled": true,
        "FunctionResponseTypes": ["ReportBatchItemFailures"], "MaximumRecordAgeInSeconds": -1,
        "MaximumRetryAttempts": 0, "ParallelizationFactor": 2, "StartingPosition": "LATEST",
        "FilterCriteria": {"Filters": [{"Pattern": "{\"eventName\":[\"INSERT\"]}"}]},
        "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:123456789012:failed"}}})"));
}

TEST_CASE("what a state of Terraform has and Tailrace does not is named once", "[terraform]") {
    const std::vector<std::string> texts = texts_of(read_plan("songs/terraform_state.json").gaps);
    std::vector<std::string> without_lines;
    without_lines.reserve(texts.size());
    for (const std::string& each : texts) without_lines.push_back(each.substr(each.find(": ") + 2));
    CHECK(without_lines ==
          std::vector<std::string>{
              "architectures of aws_lambda_function has no effect here",
              "role of aws_lambda_function has no effect here",
              "the layer arn:aws:lambda:eu-west-1:999999999999:layer:elsewhere:1 is not in this file; "
              "functions run without it",
              "aws_lambda_event_source_mapping.queue is not made: "
              "arn:aws:sqs:eu-west-1:123456789012:incoming is not the stream of a table",
              "point_in_time_recovery of aws_dynamodb_table has no effect here",
              "aws_iam_role is not made here: each"});
    CHECK(texts.front().starts_with("terraform_state.json:"));
}

// AWS makes the ARNs, so a plan does not know them.
TEST_CASE("in a plan of Terraform references say which stream calls which function", "[terraform]") {
    const Declarations declared = read_plan("songs/terraform_plan.json");
    REQUIRE(declared.tables.size() == 2);
    CHECK(json::serialize(declared.tables.front().create_table) == json_of(R"({
        "TableName": "songs",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "OnDemandThroughput": {"MaxReadRequestUnits": 100},
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}})"));
    REQUIRE(declared.functions.size() == 1);
    CHECK(declared.functions.front().definition.folder == sample("songs/listener").string());
    CHECK(declared.functions.front().definition.layers == std::vector{sample("songs/shared").string()});
    REQUIRE(declared.mappings.size() == 1);
    CHECK(declared.mappings.front().table == "songs");
    CHECK(declared.mappings.front().function == "songs-listener");
    CHECK(json::serialize(declared.mappings.front().parameters) ==
          R"({"BatchSize":10,"Enabled":true,"StartingPosition":"TRIM_HORIZON"})");

    const std::vector<std::string> texts = texts_of(declared.gaps);
    REQUIRE(texts.size() == 2);
    CHECK(
        texts[0].ends_with("aws_dynamodb_table.random is not made: the plan does not know its name; take the "
                           "state after terraform apply"));
    CHECK(
        texts[1].ends_with("aws_lambda_event_source_mapping.other is not made: the plan does not say which "
                           "table's stream it reads"));
}

TEST_CASE("code that is in no folder is a gap that says what to do", "[terraform]") {
    const auto gap = [](const std::string& arguments) {
        const std::string text = R"({"values": {"root_module": {"resources": [{"address":
            "aws_lambda_function.f", "type": "aws_lambda_function", "name": "f", "values": {)" +
                                 arguments + R"(}}, {"address": "data.archive_file.a", "mode": "data", "type":
            "archive_file", "name": "a", "values": {"output_path": "a.zip", "source_dir": "absent"}}]}}})";
        const Declarations declared = read_terraform(read_json(text), "/templates/state.json");
        CHECK(declared.functions.empty());
        return declared.gaps.at(0).text;
    };
    const std::string begin = "the code of aws_lambda_function.f is not run: ";
    CHECK(gap(R"("image_uri": "1.dkr.ecr.eu-west-1.amazonaws.com/a:1")") ==
          begin + "it is an image; start it yourself and give --function NAME=lambda:URL");
    CHECK(gap(R"("s3_bucket": "b", "s3_key": "k")") ==
          begin + "it is in a bucket; give --function NAME=…, or let archive_file make its archive");
    CHECK(gap(R"("filename": "b.zip")") ==
          begin + "its archive is made by something other than archive_file; give --function NAME=…");
    CHECK(gap(R"("filename": "./a.zip")") == begin + "/templates/absent is not a folder");
}

TEST_CASE("another JSON text is not taken for Terraform's output", "[terraform]") {
    CHECK_THROWS_WITH(read_terraform(read_json(R"({"version": 4, "resources": []})"), "a.tfstate"),
                      "a.tfstate: there is neither a state nor a plan in it; it has to be the output of "
                      "terraform show -json");
}

TEST_CASE("an item without its table, or that is not JSON, is a gap", "[terraform]") {
    const auto gap = [](const std::string& item) {
        const std::string text = R"({"values": {"root_module": {"resources": [{"address":
            "aws_dynamodb_table_item.i", "type": "aws_dynamodb_table_item", "name": "i",
            "values": {"table_name": "t", "item": )" +
                                 item + "}}]}}}";
        return read_terraform(read_json(text), "state.json").gaps.at(0).text;
    };
    CHECK(gap(R"("{}")") == "aws_dynamodb_table_item.i is not put: its table is not in this file");
    CHECK(gap(R"("[")") == "aws_dynamodb_table_item.i is not put: its item is not a JSON object");
}
