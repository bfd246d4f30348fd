#pragma once

#include <string>
#include <vector>

namespace tailrace::server {

struct RewrittenArguments {
    std::vector<std::string> arguments;
    /// What became of flags that change nothing here, one sentence each.
    std::vector<std::string> notes;
};

/// Turns a command line for DynamoDB Local, as it stands in compose files and scripts, into one for Tailrace:
/// "java -Djava.library.path=./lib -jar DynamoDBLocal.jar -port 8001 -dbPath ./data" becomes
/// "--port 8001 --db-path ./data/shared-local-instance.tailrace.db". Its flags are taken with two dashes
/// and with an equals sign, too. Other arguments pass as they are.
RewrittenArguments rewrite_dynamodb_local_arguments(std::vector<std::string> arguments);

}  // namespace tailrace::server
