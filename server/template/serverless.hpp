#pragma once

#include <filesystem>

#include "server/template/declarations.hpp"
#include "server/template/node.hpp"
#include "server/template/stack_values.hpp"

namespace tailrace::server {

/// Reads a serverless.yml of the Serverless Framework, versions 3 and 4: the tables among its resources, its
/// functions with their stream events, its layers, and the seeds of serverless-dynamodb-local. Like the
/// framework, this turns it into a CloudFormation template. Plugins, and files that are programs, are not
/// run, but named as gaps. Throws TemplateError. Source: "Serverless.yml reference", "Variables" and
/// "DynamoDB / Kinesis Streams" in the framework's guide.
Declarations read_serverless(const Node& root, const std::filesystem::path& file, StackSettings& settings);

}  // namespace tailrace::server
