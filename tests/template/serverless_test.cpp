#include "server/template/serverless.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/template/samples.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace::server;
namespace json = boost::json;

namespace {

Declarations read_concerts(StackSettings& settings) {
    return read_serverless(read_yaml(sample_text("concerts/serverless.yml")),
                           sample("concerts/serverless.yml"), settings);
}

Declarations concerts() {
    StackSettings settings{.region = "eu-west-1", .account_id = "123456789012"};
    return read_concerts(settings);
}

}  // namespace

TEST_CASE("a serverless.yml declares tables from included files, with their seeds", "[serverless]") {
    const Declarations declared = concerts();
    REQUIRE(declared.tables.size() == 1);
    const DeclaredTable& table = declared.tables.front();
    CHECK(json::serialize(table.create_table) == json_of(R"({
        "TableName": "concerts-dev",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}})"));
    REQUIRE(table.items.size() == 2);
    CHECK(json::serialize(table.items.at(0)) == json_of(R"({
        "id": {"S": "1"}, "seats": {"N": "300"}, "price": {"N": "12.5"}, "sold": {"BOOL": false},
        "bands": {"L": [{"S": "A"}, {"NULL": true}]}, "place": {"M": {"city": {"S": "Ghent"}}}})"));
    CHECK(json::serialize(table.items.at(1)) ==
          R"({"id":{"S":"2"},"seats":{"N":"80"},"tags":{"SS":["open-air"]}})");
    CHECK(declared.files == std::vector{sample("concerts/config/dev.json").string(),
                                        sample("concerts/resources/tables.yml").string(),
                                        sample("concerts/seeds/concerts.json").string(),
                                        sample("concerts/seeds/raw.json").string()});
}

TEST_CASE("a serverless.yml declares functions with what they inherit", "[serverless]") {
    const Declarations declared = concerts();
    REQUIRE(declared.functions.size() == 2);
    const auto& listener = declared.functions.at(0).definition;
    CHECK(listener.name == "concerts-dev-song-listener");
    CHECK(listener.runtime == "nodejs20.x");
    CHECK(listener.handler == "handlers/songs.handler");
    CHECK(std::filesystem::equivalent(listener.folder, sample("concerts")));
    CHECK(listener.layers == std::vector{sample("concerts/shared").string()});
    CHECK(listener.timeout == std::chrono::seconds(10));
    CHECK(listener.memory_mb == 512);
    CHECK(listener.environment ==
          std::map<std::string, std::string>{
              {"SECRET", "unknown"}, {"TOKEN", "none"}, {"LEVEL", "info"}, {"TABLE", "concerts-dev"}});
    const auto& audit = declared.functions.at(1).definition;
    CHECK(audit.name == "concerts-audit");
    CHECK(audit.memory_mb == 1024);
    CHECK(audit.description == "checks eu-west-1");
    CHECK(audit.environment.at("STAGE") == "dev");
    CHECK(declared.functions.at(1).place.line == 68);
}

TEST_CASE("the stream events of a serverless.yml are mappings with all parameters", "[serverless]") {
    const Declarations declared = concerts();
    REQUIRE(declared.mappings.size() == 2);
    CHECK(declared.mappings.at(0).table == "concerts-dev");
    CHECK(declared.mappings.at(0).function == "concerts-dev-song-listener");
    CHECK(json::serialize(declared.mappings.at(0).parameters) == json_of(R"({
        "BatchSize": 25, "StartingPosition": "LATEST", "MaximumBatchingWindowInSeconds": 3,
        "MaximumRetryAttempts": 4, "MaximumRecordAgeInSeconds": 120, "BisectBatchOnFunctionError": true,
        "ParallelizationFactor": 2, "TumblingWindowInSeconds": 30, "Enabled": false,
        "FilterCriteria": {"Filters": [{"Pattern":
            "{\"eventName\":[\"INSERT\"],\"dynamodb\":{\"NewImage\":{\"seats\":{\"N\":[\"300\"]}}}}"}]},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:123456789012:failed"}}})"));
    CHECK(declared.mappings.at(1).function == "concerts-audit");
    CHECK(json::serialize(declared.mappings.at(1).parameters) ==
          R"({"BatchSize":10,"StartingPosition":"TRIM_HORIZON"})");
}

// A value that only a plugin or AWS knows is not guessed silently: the log names it.
TEST_CASE("what a serverless.yml has and Tailrace does not is named once", "[serverless]") {
    CHECK(texts_of(concerts().gaps) ==
          std::vector<std::string>{
              "serverless.yml:31: ${ssm:/concerts/secret} is not looked up here; \"unknown\" takes its place",
              "serverless.yml:3: .env files are not read here; set the variables in the environment",
              "serverless.yml:27: tracing of the provider has no effect here",
              "serverless.yml:4: plugins are not run here: serverless-offline, serverless-dynamodb-local",
              "serverless.yml:49: events of the kind httpApi call no function here",
              "serverless.yml:19: the seed of the table elsewhere is not loaded; the table is not in this "
              "file"});
}

TEST_CASE("the stage of --parameter decides which file is included", "[serverless]") {
    StackSettings settings{.region = "eu-west-1", .account_id = "1", .parameters = {{"stage", "prod"}}};
    const Declarations declared = read_concerts(settings);
    CHECK(declared.tables.front().name() == "unknown");
    const std::vector<std::string> texts = texts_of(declared.gaps);
    const auto names = [&](const std::string& text) {
        return std::ranges::find(texts, text + "; \"unknown\" takes its place") != texts.end();
    };
    CHECK(names(
        "serverless.yml:9: ${file(./config/${opt:stage, self:provider.stage, 'dev'}.json)} names a file "
        "that is not there"));
    CHECK(names("serverless.yml:75: ${self:custom.settings.tables.concerts} is not in this file"));
    CHECK(settings.declared_parameters.contains("stage"));
}

TEST_CASE("a function in TypeScript that is not compiled is named", "[serverless]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string text =
        "service: s\nprovider: {name: aws, runtime: nodejs20.x}\nfunctions:\n"
        "  songs: {handler: songs.handler}\n";
    const auto read = [&] {
        StackSettings settings{.region = "eu-west-1", .account_id = "1"};
        return read_serverless(read_yaml(text), folder.path("serverless.yml"), settings);
    };
    std::ofstream(folder.path("songs.ts")) << "export const handler = async () => ({});\n";
    CHECK(read().functions.empty());
    CHECK(texts_of(read().gaps) ==
          std::vector<std::string>{
              "serverless.yml:4: the function s-dev-songs does not run: songs.ts has to be "
              "compiled to JavaScript first"});
    std::ofstream(folder.path("songs.js")) << "exports.handler = async () => ({});\n";
    CHECK(read().functions.size() == 1);
    CHECK(read().gaps.empty());
}

TEST_CASE("a fault in a serverless.yml is reported with its line", "[serverless]") {
    const auto read = [](const std::string& text) {
        StackSettings settings{.region = "eu-west-1", .account_id = "1"};
        return read_serverless(read_yaml("service: s\nprovider: {name: aws}\n" + text),
                               sample("concerts/serverless.yml"), settings);
    };
    const std::string file = sample("concerts/serverless.yml").string();
    CHECK_THROWS_WITH(read("functions: {f: text}"), file + ":3: the function f is not a map");
    CHECK_THROWS_WITH(read("resources: ${file(../cdk.out/manifest.json)}"),
                      file + ":3: '../cdk.out/manifest.json' is outside of the folder '" +
                          sample("concerts").string() + "'; only files in that folder may be read");
}
