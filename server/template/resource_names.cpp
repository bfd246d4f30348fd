#include "server/template/resource_names.hpp"

#include <algorithm>
#include <array>

namespace tailrace::server {
namespace {

using Reference = ResourceNaming::Reference;

constexpr std::string_view table_arn = "arn:aws:dynamodb:{R}:{A}:table/{N}";
constexpr std::string_view function_arn = "arn:aws:lambda:{R}:{A}:function:{N}";
constexpr std::string_view layer_arn = "arn:aws:lambda:{R}:{A}:layer:{N}:1";

constexpr std::array<ResourceNaming, 17> namings = {{
    {"AWS::DynamoDB::Table", "TableName", Reference::name, table_arn},
    {"AWS::DynamoDB::GlobalTable", "TableName", Reference::name, table_arn},
    {"AWS::Serverless::SimpleTable", "TableName", Reference::name, table_arn},
    {"AWS::Lambda::Function", "FunctionName", Reference::name, function_arn},
    {"AWS::Serverless::Function", "FunctionName", Reference::name, function_arn},
    {"AWS::Lambda::LayerVersion", "LayerName", Reference::arn, layer_arn},
    {"AWS::Serverless::LayerVersion", "LayerName", Reference::arn, layer_arn},
    {"AWS::SQS::Queue", "QueueName", Reference::queue_url, "arn:aws:sqs:{R}:{A}:{N}"},
    {"AWS::SNS::Topic", "TopicName", Reference::arn, "arn:aws:sns:{R}:{A}:{N}"},
    {"AWS::S3::Bucket", "BucketName", Reference::name, "arn:aws:s3:::{N}"},
    {"AWS::Kinesis::Stream", "Name", Reference::name, "arn:aws:kinesis:{R}:{A}:stream/{N}"},
    {"AWS::IAM::Role", "RoleName", Reference::name, "arn:aws:iam::{A}:role/{N}"},
    {"AWS::KMS::Key", "", Reference::name, "arn:aws:kms:{R}:{A}:key/{N}"},
    {"AWS::Events::EventBus", "Name", Reference::name, "arn:aws:events:{R}:{A}:event-bus/{N}"},
    {"AWS::Logs::LogGroup", "LogGroupName", Reference::name, "arn:aws:logs:{R}:{A}:log-group:{N}:*"},
    {"AWS::Cognito::UserPool", "", Reference::name, "arn:aws:cognito-idp:{R}:{A}:userpool/{N}"},
    {"AWS::SecretsManager::Secret", "Name", Reference::arn, "arn:aws:secretsmanager:{R}:{A}:secret:{N}"},
}};

}  // namespace

const ResourceNaming* find_naming(std::string_view type) {
    const auto found = std::ranges::find(namings, type, &ResourceNaming::type);
    return found == namings.end() ? nullptr : &*found;
}

std::string arn_like(std::string_view pattern, std::string_view region, std::string_view account,
                     std::string_view name) {
    std::string arn;
    while (!pattern.empty()) {
        const std::size_t brace = pattern.find('{');
        arn.append(pattern.substr(0, brace));
        if (brace == std::string_view::npos) break;
        constexpr std::size_t place_length = 3;
        const char place = pattern[brace + 1];
        arn.append(place == 'R' ? region : place == 'A' ? account : name);
        pattern.remove_prefix(brace + place_length);
    }
    return arn;
}

}  // namespace tailrace::server
