#include "server/template/cloudformation.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "server/template/node.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace::server;
using tailrace::tests::TemporaryFolder;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

StackSettings settings() {
    return {.region = "eu-west-1", .account_id = "123456789012"};
}

/// Reads a template that is said to be in template.yaml in this folder.
Declarations read(std::string_view yaml, const fs::path& folder = {}) {
    StackSettings used = settings();
    return read_cloudformation(read_yaml(yaml), folder / "template.yaml", used);
}

fs::path root_of(const TemporaryFolder& folder) {
    return fs::path(folder.path("template.yaml")).parent_path();
}

std::vector<std::string> gaps_of(const Declarations& declared) {
    std::vector<std::string> lines;
    for (const Gap& gap : declared.gaps) lines.push_back(gap.place.text() + ": " + gap.text);
    return lines;
}

json::value yaml_as_json(std::string_view text) {
    return json::parse(text);
}

std::string error_of(std::string_view yaml) {
    try {
        read(yaml);
    } catch (const TemplateError& error) {
        return error.what();
    }
    return "(no error)";
}

}  // namespace

TEST_CASE("a table has every property that CreateTable has", "[cloudformation]") {
    const Declarations declared = read(R"(
Parameters:
  Reads: {Type: Number, Default: 5}
Resources:
  Music:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "${AWS::StackName}-music"
      AttributeDefinitions:
        - {AttributeName: artist, AttributeType: S}
        - {AttributeName: year, AttributeType: N}
      KeySchema:
        - {AttributeName: artist, KeyType: HASH}
      ProvisionedThroughput: {ReadCapacityUnits: !Ref Reads, WriteCapacityUnits: "2"}
      GlobalSecondaryIndexes:
        - IndexName: by-year
          KeySchema: [{AttributeName: year, KeyType: HASH}]
          Projection: {ProjectionType: ALL}
          ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}
      StreamSpecification: {StreamViewType: NEW_IMAGE}
      SSESpecification: {SSEEnabled: true}
      TimeToLiveSpecification: {AttributeName: expires, Enabled: true}
      DeletionProtectionEnabled: "true"
      TableClass: STANDARD_INFREQUENT_ACCESS
      Tags: [{Key: cost, Value: 7}]
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
)");
    REQUIRE(declared.tables.size() == 1);
    const DeclaredTable& table = declared.tables.front();
    CHECK(json::value(table.create_table) == yaml_as_json(R"({
        "TableName": "local-music",
        "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"},
                                 {"AttributeName": "year", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2},
        "GlobalSecondaryIndexes": [{"IndexName": "by-year",
            "KeySchema": [{"AttributeName": "year", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
            "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
        "SSESpecification": {"Enabled": true},
        "DeletionProtectionEnabled": true,
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
        "Tags": [{"Key": "cost", "Value": "7"}]})"));
    CHECK(json::value(*table.time_to_live) ==
          yaml_as_json(R"({"AttributeName": "expires", "Enabled": true})"));
    CHECK(table.place.text() == "template.yaml:5");
    CHECK(gaps_of(declared) ==
          std::vector<std::string>{"template.yaml:26: PointInTimeRecoverySpecification of "
                                   "AWS::DynamoDB::Table has no effect here"});
}

TEST_CASE("a simple table and a global table become tables", "[cloudformation]") {
    const Declarations declared = read(R"(
Transform: AWS::Serverless-2016-10-31
Resources:
  Plain:
    Type: AWS::Serverless::SimpleTable
  Numbered:
    Type: AWS::Serverless::SimpleTable
    Properties:
      PrimaryKey: {Name: number, Type: Number}
      ProvisionedThroughput: {ReadCapacityUnits: 3, WriteCapacityUnits: 4}
      Tags: {team: music}
  World:
    Type: AWS::DynamoDB::GlobalTable
    Properties:
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
      Replicas:
        - {Region: us-east-1, TableClass: STANDARD}
        - {Region: eu-west-1, DeletionProtectionEnabled: true}
)");
    REQUIRE(declared.tables.size() == 3);
    CHECK(json::value(declared.tables[0].create_table) == yaml_as_json(R"({
        "TableName": "Plain", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]})"));
    CHECK(json::value(declared.tables[1].create_table) == yaml_as_json(R"({
        "TableName": "Numbered",
        "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
        "AttributeDefinitions": [{"AttributeName": "number", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "number", "KeyType": "HASH"}],
        "Tags": [{"Key": "team", "Value": "music"}]})"));
    CHECK(json::value(declared.tables[2].create_table) == yaml_as_json(R"({
        "TableName": "World", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        "DeletionProtectionEnabled": true})"));
    CHECK(gaps_of(declared) ==
          std::vector<std::string>{"template.yaml:12: there are no global tables here; eu-west-1 is the only "
                                   "replica of World"});
}

TEST_CASE("CloudFormation's functions are carried out", "[cloudformation]") {
    const TemporaryFolder folder;
    const Declarations declared = read(R"(
Parameters:
  Stage: {Type: String, Default: dev}
  Hosts: {Type: CommaDelimitedList, Default: "a.test, b.test"}
Mappings:
  Sizes: {dev: {memory: 256, names: [small, tiny]}}
Conditions:
  IsProduction: !Equals [!Ref Stage, prod]
  IsSmall: !And [!Not [!Condition IsProduction], !Or [!Equals [a, b], !Equals [c, c]]]
Resources:
  Table:
    Type: AWS::Serverless::SimpleTable
    Properties: {TableName: !Join ["-", [music, !Ref Stage]]}
  Queue:
    Type: AWS::SQS::Queue
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: news}
  Absent:
    Type: AWS::Serverless::SimpleTable
    Condition: IsProduction
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Code: .
      MemorySize: !FindInMap [Sizes, !Ref Stage, memory]
      Timeout: {"Fn::If": [IsSmall, 7, 8]}
      Description: !If [IsProduction, no, !Ref AWS::NoValue]
      Environment:
        Variables:
          TABLE: !Ref Table
          TABLE_ARN: !GetAtt Table.Arn
          STREAM: {"Fn::GetAtt": [Table, StreamArn]}
          QUEUE: !Ref Queue
          QUEUE_ARN: !GetAtt Queue.Arn
          TOPIC: !Ref Topic
          SUB: !Sub "${Stage}/${Table}/${Queue.QueueName}/${!literal}/${AWS::Region}"
          SUB_OWN: !Sub ["${Host}:${Port}", {Host: !Select [1, !Ref Hosts], Port: "80"}]
          SPLIT: !Select [2, !Split ["|", "a|b|c"]]
          SECOND_NAME: !Select [1, !FindInMap [Sizes, dev, names]]
          MISSING: !FindInMap [Sizes, none, memory, {DefaultValue: 1}]
          BASE64: !Base64 hi
          JSON: !ToJsonString {a: [x, !Ref Stage]}
          LENGTH: !Length [a, b, c]
          IMPORTED: !ImportValue elsewhere-Name
          FLAG: true
          NUMBER: 010
          ROLE_NAME: !GetAtt Role.RoleId
  Role:
    Type: AWS::IAM::Role
)",
                                       root_of(folder));
    REQUIRE(declared.functions.size() == 1);
    const auto& function = declared.functions.front().definition;
    CHECK(function.name == "Worker");
    CHECK(function.runtime == "nodejs22.x");
    CHECK(function.handler == "index.handler");
    CHECK(fs::path(function.folder) == root_of(folder) / "");
    CHECK(function.memory_mb == 256);
    CHECK(function.timeout == std::chrono::seconds(7));
    CHECK(function.description.empty());
    CHECK(function.environment ==
          std::map<std::string, std::string>{
              {"TABLE", "music-dev"},
              {"TABLE_ARN", "arn:aws:dynamodb:eu-west-1:123456789012:table/music-dev"},
              {"STREAM",
               "arn:aws:dynamodb:eu-west-1:123456789012:table/music-dev/stream/0000-00-00T00:00:00.000"},
              {"QUEUE", "https://sqs.eu-west-1.amazonaws.com/123456789012/Queue"},
              {"QUEUE_ARN", "arn:aws:sqs:eu-west-1:123456789012:Queue"},
              {"TOPIC", "arn:aws:sns:eu-west-1:123456789012:news"},
              {"SUB", "dev/music-dev/Queue/${literal}/eu-west-1"},
              {"SUB_OWN", "b.test:80"},
              {"SPLIT", "c"},
              {"SECOND_NAME", "tiny"},
              {"MISSING", "1"},
              {"BASE64", "aGk="},
              {"JSON", R"({"a":["x","dev"]})"},
              {"LENGTH", "3"},
              {"IMPORTED", "elsewhere-Name"},
              {"FLAG", "true"},
              {"NUMBER", "010"},
              {"ROLE_NAME", "Role.RoleId"}});
    REQUIRE(declared.tables.size() == 1);
    const std::string file = (root_of(folder) / "template.yaml").string();
    CHECK(
        gaps_of(declared) ==
        std::vector<std::string>{
            file + ":47: no template before this one exports 'elsewhere-Name'; its name is used as its value",
            file + ":50: the value of Role.RoleId is not known; its name is used instead",
            file + ":51: AWS::IAM::Role is not made here: Role",
            file + ":16: AWS::SNS::Topic is not made here: Topic",
            file + ":14: AWS::SQS::Queue is not made here: Queue"});
}

TEST_CASE("SAM's globals and events make functions and mappings", "[cloudformation]") {
    const TemporaryFolder folder;
    fs::create_directories(root_of(folder) / "src");
    fs::create_directories(root_of(folder) / "shared/python");
    const Declarations declared = read(R"(
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    Timeout: 9
    Environment: {Variables: {STAGE: dev, LEVEL: info}}
    Layers: [!Ref Shared]
Resources:
  Shared:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: shared/}
  Music:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: music
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: NEW_IMAGE}
  Failed:
    Type: AWS::SQS::Queue
  Updater:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Timeout: 3
      Environment: {Variables: {LEVEL: debug}}
      Policies: [AmazonDynamoDBFullAccess]
      Events:
        Changes:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Music.StreamArn
            StartingPosition: TRIM_HORIZON
            BatchSize: 10
            BisectBatchOnFunctionError: true
            FilterCriteria: {Filters: [{Pattern: '{"eventName": ["INSERT"]}'}]}
            DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Failed.Arn}}
        Web:
          Type: HttpApi
  Image:
    Type: AWS::Serverless::Function
    Properties: {PackageType: Image, FunctionName: pictures}
  Elsewhere:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !GetAtt Image.Arn
      EventSourceArn: !GetAtt Music.StreamArn
      Enabled: "false"
  FromQueue:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Updater, EventSourceArn: !GetAtt Failed.Arn}
)",
                                       root_of(folder));
    REQUIRE(declared.functions.size() == 1);
    const auto& function = declared.functions.front().definition;
    const fs::path root = root_of(folder);
    CHECK(function.name == "Updater");
    CHECK(function.runtime == "python3.12");
    CHECK(fs::path(function.folder) == root / "src/");
    CHECK(function.timeout == std::chrono::seconds(3));
    CHECK(function.environment == std::map<std::string, std::string>{{"STAGE", "dev"}, {"LEVEL", "debug"}});
    CHECK(function.layers == std::vector<std::string>{(root / "shared/").string()});
    REQUIRE(declared.mappings.size() == 2);
    CHECK(declared.mappings[0].name() == "music/Updater");
    CHECK(json::value(declared.mappings[0].parameters) == yaml_as_json(R"({
        "StartingPosition": "TRIM_HORIZON", "BatchSize": 10, "BisectBatchOnFunctionError": true,
        "FilterCriteria": {"Filters": [{"Pattern": "{\"eventName\": [\"INSERT\"]}"}]},
        "DestinationConfig": {"OnFailure":
            {"Destination": "arn:aws:sqs:eu-west-1:123456789012:Failed"}}})"));
    CHECK(declared.mappings[1].name() == "music/pictures");
    CHECK(json::value(declared.mappings[1].parameters) == yaml_as_json(R"({"Enabled": false})"));
    const std::string file = (root / "template.yaml").string();
    CHECK(gaps_of(declared) ==
          std::vector<std::string>{
              file + ":30: Policies of AWS::Serverless::Function has no effect here",
              file + ":41: events of the type HttpApi call no function here",
              file + ":43: the function pictures is an image, which is not run; start it with --function "
                     "pictures=lambda:URL",
              file + ":52: only streams of tables call functions here; this source does not: "
                     "arn:aws:sqs:eu-west-1:123456789012:Failed",
              file + ":21: AWS::SQS::Queue is not made here: Failed"});
}

TEST_CASE("code that is not in a folder is named", "[cloudformation]") {
    const TemporaryFolder folder;
    std::ofstream(root_of(folder) / "code.zip") << "PK";
    const Declarations declared = read(R"(
Resources:
  Inline:
    Type: AWS::Lambda::Function
    Properties: {Runtime: provided.al2023, Handler: index.handler, Code: {ZipFile: "echo"}}
  InBucket:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.12, Handler: index.handler, Code: {S3Bucket: code, S3Key: key}}
  Archive:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.12, Handler: app.handler, CodeUri: code.zip}
  Unbuilt:
    Type: AWS::Serverless::Function
    Properties: {Runtime: provided.al2023, Handler: bootstrap, CodeUri: target/lambda}
  Asset:
    Type: AWS::Lambda::Function
    Properties: {Runtime: nodejs22.x, Handler: index.handler, Code: {S3Bucket: assets, S3Key: key}}
    Metadata: {"aws:asset:path": .}
)",
                                       root_of(folder));
    REQUIRE(declared.functions.size() == 1);
    CHECK(declared.functions.front().definition.name == "Asset");
    const std::string root = root_of(folder).string();
    const std::string file = (fs::path(root) / "template.yaml").string();
    CHECK(gaps_of(declared) ==
          std::vector<std::string>{
              file + ":3: the function Inline does not run: code in a template must be Python or JavaScript",
              file +
                  ":6: the function InBucket does not run: its code is in a bucket; name the folder that it "
                  "is made from",
              file + ":9: the function Archive does not run: its code is not a folder; unpack it: " + root +
                  "/code.zip",
              file + ":12: the function Unbuilt does not run: its code is missing; build it first: " + root +
                  "/target/lambda"});
}

TEST_CASE("code may be in the template", "[cloudformation]") {
    const TemporaryFolder folder;
    const Declarations declared = read(R"(
Resources:
  Songs: {Type: AWS::Serverless::SimpleTable}
  Python:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Code: {ZipFile: !Sub "table = '${Songs}'"}
  JavaScript:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: |
        exports.handler = async () => {};
)",
                                       root_of(folder));
    CHECK(gaps_of(declared).empty());
    REQUIRE(declared.functions.size() == 2);
    CHECK(declared.functions[0].code == InlineCode{"index.py", "table = 'Songs'"});
    CHECK(declared.functions[1].code == InlineCode{"index.js", "exports.handler = async () => {};\n"});
    CHECK(declared.functions[0].definition.folder.empty());
}

TEST_CASE("values of parameters come from the command line", "[cloudformation]") {
    StackSettings used = settings();
    used.parameters = {{"Stage", "prod"}, {"Path", "from-the-store"}};
    const Node root = read_yaml(R"(
Parameters:
  Stage: {Type: String, AllowedValues: [dev, prod]}
  Path: {Type: "AWS::SSM::Parameter::Value<String>", Default: /music/table}
  Owner: {Type: String}
Resources:
  A: {Type: "AWS::Serverless::SimpleTable", Properties: {TableName: !Sub "${Stage}-a"}}
  B: {Type: "AWS::Serverless::SimpleTable", Properties: {TableName: !Ref Path}}
  C: {Type: "AWS::Serverless::SimpleTable", Properties: {TableName: !Ref Owner}}
Outputs:
  Name: {Value: !Ref A, Export: {Name: !Sub "${AWS::StackName}-Name"}}
)");
    const Declarations declared = read_cloudformation(root, "t.yaml", used);
    CHECK(declared.tables.at(0).name() == "prod-a");
    CHECK(declared.tables.at(1).name() == "from-the-store");
    CHECK(declared.tables.at(2).name() == "Owner");
    CHECK(gaps_of(declared) ==
          std::vector<std::string>{
              "t.yaml:5: the parameter 'Owner' has no default; its name is used as its value "
              "unless --parameter Owner=VALUE gives one"});
    CHECK(used.exports.at("local-Name") == "prod-a");
    CHECK(used.declared_parameters == std::set<std::string, std::less<>>{"Owner", "Path", "Stage"});

    const Node importing = read_yaml(R"(
Resources:
  D:
    Type: AWS::Serverless::SimpleTable
    Properties: {TableName: !Sub ["${N}-d", {N: !ImportValue local-Name}]}
)");
    CHECK(read_cloudformation(importing, "u.yaml", used).tables.at(0).name() == "prod-a-d");

    used.parameters["Stage"] = "test";
    CHECK_THROWS_WITH(read_cloudformation(root, "t.yaml", used),
                      "t.yaml:3: 'test' is not an allowed value of the parameter 'Stage'");
}

TEST_CASE("a template that CloudFormation refuses is refused with its line", "[cloudformation]") {
    CHECK(error_of("Parameters: {}") == "template.yaml: there is no section Resources");
    CHECK(error_of("Resources:\n  A: {Properties: {}}") == "template.yaml:2: the resource A has no Type");
    const auto with_name = [](const std::string& value, const std::string& more = "") {
        return error_of(
            "Resources:\n  A:\n    Type: AWS::Serverless::SimpleTable\n    Properties:\n      "
            "TableName: " +
            value + "\n" + more);
    };
    CHECK(with_name("!Select [3, [a, b]]") ==
          "template.yaml:5: Select needs the number of an element, from 0, and a list that has it");
    CHECK(with_name("!FindInMap [M, a, b]") == "template.yaml:5: the section Mappings has no M.a.b");
    CHECK(with_name("!Join [x]") == "template.yaml:5: Join needs a list of 2 values");
    CHECK(with_name("!If [C, a, b]") == "template.yaml:5: there is no condition 'C'");
    CHECK(with_name("!GetAtt A") == "template.yaml:5: GetAtt needs NAME.ATTRIBUTE");
    CHECK(with_name("[a]") == "template.yaml:5: a text is needed, not a list or a map");
    CHECK(with_name("!Ref A") == "template.yaml:2: 'resource A' depends on itself");
    CHECK(with_name("!If [C, a, b]", "Conditions:\n  C: !Not [!Condition C]") ==
          "template.yaml:7: 'condition C' depends on itself");
    CHECK(with_name("!If [C, a, b]", "Conditions:\n  C: !Join [a, [b]]") ==
          "template.yaml:7: Join is not a function of conditions");
}

TEST_CASE("a long chain of names is refused, and one that branches is quick", "[cloudformation]") {
    std::string chain = "Resources:\n";
    std::string branches = chain;
    constexpr int length = 60;
    for (int i = 0; i < length; ++i) {
        const std::string name = std::to_string(i);
        const std::string next = std::to_string(i + 1);
        chain += "  T" + name +
                 ":\n    Type: AWS::Serverless::SimpleTable\n    Properties: {TableName: !Ref T" + next +
                 "}\n";
    }
    CHECK(error_of(chain + "  T60: {Type: AWS::Serverless::SimpleTable}\n") ==
          "template.yaml:155: more than 50 names and conditions depend on one another in a chain");
    for (int i = 0; i < 40; ++i) {
        const std::string next = "!GetAtt A" + std::to_string(i + 1) + ".Arn";
        branches += "  A" + std::to_string(i) +
                    ":\n    Type: AWS::Lambda::Alias\n    Properties: {FunctionName: " + "!Select [0, [" +
                    next + ", " + next + "]], Name: x}\n";
    }
    branches +=
        "  A40: {Type: AWS::Lambda::Alias, Properties: {FunctionName: f, Name: x}}\n"
        "  T: {Type: AWS::Serverless::SimpleTable, Properties: {TableName: !GetAtt A0.Arn}}\n";
    CHECK(read(branches).tables.front().name().size() > 40);
}
