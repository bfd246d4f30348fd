// Templates in the styles of different people, modelled on templates in public repositories.

#include <string>
#include <vector>

#include "server/template/cloudformation.hpp"
#include "server/template/node.hpp"
#include "tests/catch.hpp"
#include "tests/template/samples.hpp"

using namespace tailrace::server;
namespace json = boost::json;

namespace {

using Lines = std::vector<std::string>;

Declarations read_sample(const std::string& name) {
    StackSettings settings{.region = "us-east-1", .account_id = "000000000000"};
    return read_cloudformation(read_tree(name, sample_text(name)), sample(name), settings);
}

/// Returns each mapping as "TABLE/FUNCTION PARAMETERS".
Lines mappings_of(const Declarations& declared) {
    Lines lines;
    for (const DeclaredMapping& each : declared.mappings) {
        lines.push_back(each.name() + " " + json::serialize(each.parameters));
    }
    return lines;
}

Lines functions_of(const Declarations& declared) {
    Lines lines;
    for (const DeclaredFunction& each : declared.functions) {
        const auto& function = each.definition;
        lines.push_back(function.name + " " + function.runtime + " " + function.handler + " " +
                        std::to_string(function.memory_mb));
    }
    return lines;
}

}  // namespace

TEST_CASE("a table of messages with its function", "[samples]") {
    const Declarations declared = read_sample("messages/template.yaml");
    REQUIRE(declared.tables.size() == 1);
    CHECK(declared.tables.front().name() == "Messages");
    CHECK(declared.tables.front().create_table.at("ProvisionedThroughput") ==
          json::parse(R"({"ReadCapacityUnits": 5, "WriteCapacityUnits": 5})"));
    CHECK(functions_of(declared) == Lines{"Groups python3.11 function.lambda_handler 128"});
    CHECK(mappings_of(declared) == Lines{R"(Messages/Groups {"BatchSize":1,"StartingPosition":"LATEST"})"});
    CHECK(texts_of(declared.gaps) ==
          Lines{"template.yaml:40: Role of AWS::Serverless::Function has no effect here",
                "template.yaml:48: AWS::IAM::Role is not made here: ExecutionRole",
                "template.yaml:45: AWS::Logs::LogGroup is not made here: LogGroup"});
}

TEST_CASE("a table that feeds Kinesis", "[samples]") {
    const Declarations declared = read_sample("pipe.yaml");
    CHECK(declared.tables.size() == 1);
    CHECK(functions_of(declared) == Lines{"Reader nodejs22.x app.handler 128"});
    CHECK(mappings_of(declared).empty());
    CHECK(texts_of(declared.gaps) ==
          Lines{"pipe.yaml:14: KinesisStreamSpecification of AWS::DynamoDB::Table has no effect here",
                "pipe.yaml:21: Architectures of AWS::Serverless::Function has no effect here",
                "pipe.yaml:23: events of the type Kinesis call no function here",
                "pipe.yaml:4: AWS::Kinesis::Stream is not made here: Changes"});
}

TEST_CASE("a shopping cart with globals, layers and an API", "[samples]") {
    const Declarations declared = read_sample("cart/template.yaml");
    REQUIRE(declared.tables.size() == 1);
    CHECK(json::serialize(*declared.tables.front().time_to_live) ==
          R"({"AttributeName":"expirationTime","Enabled":true})");
    CHECK(functions_of(declared) ==
          Lines{"Add python3.13 add.lambda_handler 512", "Total python3.13 total.lambda_handler 512"});
    const auto& add = declared.functions.front().definition;
    CHECK(add.environment == std::map<std::string, std::string>{{"TABLE", "Carts"},
                                                                {"ORIGIN", "AllowedOrigin"},
                                                                {"LEVEL", "INFO"},
                                                                {"POOL", "/cart/pool-arn"}});
    CHECK(add.layers == Lines{sample("cart/layers/").string()});
    CHECK(mappings_of(declared) ==
          Lines{R"(Carts/Total {"StartingPosition":"LATEST","BatchSize":100,)"
                R"("MaximumBatchingWindowInSeconds":60,"MaximumRetryAttempts":3,)"
                R"("BisectBatchOnFunctionError":true,"DestinationConfig":{"OnFailure":)"
                R"({"Destination":"arn:aws:sqs:us-east-1:000000000000:Dead"}}})"});
    CHECK(
        texts_of(declared.gaps) ==
        Lines{
            "template.yaml:5: the parameter 'AllowedOrigin' has no default; its name is used as its value "
            "unless --parameter AllowedOrigin=VALUE gives one",
            "template.yaml:4: the value of '/cart/pool-arn' in Systems Manager is not known; the name is "
            "used instead unless --parameter PoolArn=VALUE gives it",
            "template.yaml:42: events of the type Api call no function here",
            "template.yaml:35: the layer arn:aws:lambda:us-east-1:017000801446:layer:Powertools:3 is not in "
            "the template; functions run without it",
            "template.yaml:59: AWS::SQS::Queue is not made here: Dead",
            "template.yaml:23: AWS::Serverless::Api is not made here: Api"});
}

TEST_CASE("a billing mode by condition", "[samples]") {
    const Declarations declared = read_sample("billing.yml");
    REQUIRE(declared.tables.size() == 1);
    CHECK(json::serialize(declared.tables.front().create_table.at("ProvisionedThroughput")) ==
          R"({"ReadCapacityUnits":5,"WriteCapacityUnits":5})");
    CHECK_FALSE(declared.tables.front().create_table.contains("BillingMode"));
    CHECK(texts_of(declared.gaps) ==
          Lines{"billing.yml:2: the parameter 'Billing' has no default; its name is used as its value unless "
                "--parameter Billing=VALUE gives one"});
}

TEST_CASE("a template in JSON with code inside", "[samples]") {
    const Declarations declared = read_sample("filter.json");
    REQUIRE(declared.tables.size() == 1);
    CHECK(declared.tables.front().name() == "profiles");
    REQUIRE(declared.functions.size() == 1);
    CHECK(declared.functions.front().definition.name == "profiles-processor");
    CHECK(declared.functions.front().code ==
          InlineCode{"index.js", "exports.handler = async (event) => console.log(JSON.stringify(event))"});
    CHECK(mappings_of(declared) ==
          Lines{R"(profiles/profiles-processor {"ParallelizationFactor":10,)"
                R"("FunctionResponseTypes":["ReportBatchItemFailures"],"StartingPosition":"TRIM_HORIZON",)"
                R"("FilterCriteria":{"Filters":[{"Pattern":"{\"dynamodb\": {\"NewImage\": {\"own\": {\"S\": )"
                R"([{\"exists\": false}]}}}}"}]}})"});
    CHECK(texts_of(declared.gaps) == Lines{"filter.json:20: Role of AWS::Lambda::Function has no effect here",
                                           "filter.json:5: AWS::IAM::Role is not made here: Role"});
}

TEST_CASE("a global table with auto scaling", "[samples]") {
    const Declarations declared = read_sample("world.yaml");
    REQUIRE(declared.tables.size() == 1);
    const json::object& created = declared.tables.front().create_table;
    CHECK(json::serialize(created.at("ProvisionedThroughput")) ==
          R"({"ReadCapacityUnits":7,"WriteCapacityUnits":6})");
    CHECK(json::serialize(created.at("GlobalSecondaryIndexes").at(0).at("ProvisionedThroughput")) ==
          R"({"ReadCapacityUnits":1,"WriteCapacityUnits":2})");
    CHECK(json::serialize(created.at("SSESpecification")) == R"({"Enabled":true,"SSEType":"KMS"})");
    CHECK(
        texts_of(declared.gaps) ==
        Lines{"world.yaml:2: there are no global tables here; us-east-1 is the only replica of World",
              "world.yaml:2: PointInTimeRecoverySpecification of a replica of AWS::DynamoDB::GlobalTable has "
              "no effect here"});
}
