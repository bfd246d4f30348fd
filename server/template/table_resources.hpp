#pragma once

#include <string>

#include "server/template/declarations.hpp"
#include "server/template/node.hpp"
#include "server/template/stack_values.hpp"

namespace tailrace::server {

/// Returns true for AWS::DynamoDB::Table, AWS::DynamoDB::GlobalTable and AWS::Serverless::SimpleTable.
bool is_table_type(std::string_view type);

/// Reads a resource of such a type. Properties that have no effect here become gaps. Throws TemplateError.
/// Source: CloudFormation's and SAM's reference of these types.
DeclaredTable read_table_resource(const std::string& logical_name, const Node& resource, StackValues& values);

}  // namespace tailrace::server
