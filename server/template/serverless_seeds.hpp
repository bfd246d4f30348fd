#pragma once

#include "server/template/declarations.hpp"
#include "server/template/gaps.hpp"
#include "server/template/node.hpp"
#include "server/template/serverless_variables.hpp"

namespace tailrace::server {

/// Reads the seeds of serverless-dynamodb-local, or of its successor serverless-dynamodb, into the tables:
/// `sources` are files with plain JSON, `rawsources` files with DynamoDB's JSON, in the project's folder.
/// Seeds of tables that are not declared become gaps. `custom` is that section, with its variables replaced.
/// Throws TemplateError. Source: the plugin's README, "Seeding".
void add_serverless_seeds(const Node& custom, ServerlessVariables& variables, Declarations& declared,
                          Gaps& gaps);

}  // namespace tailrace::server
