#pragma once

#include <string>

#include "server/template/declarations.hpp"
#include "server/template/gaps.hpp"
#include "server/template/node.hpp"

namespace tailrace::server {

/// Reads the values of a resource aws_dynamodb_table. Its arguments that have no effect here become gaps.
/// Source: the documentation of the resource in Terraform's provider for AWS.
DeclaredTable read_terraform_table(const std::string& address, const Node& values, Gaps& gaps);

}  // namespace tailrace::server
