#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tailrace::server {

struct RewrittenArguments {
    std::vector<std::string> arguments = {};
    /// What became of flags that change nothing here, one sentence each.
    std::vector<std::string> notes = {};
    /// Whether any of them is for DynamoDB Local, or for the java that runs it.
    bool for_dynamodb_local = false;
};

/// Turns a command line for DynamoDB Local, as it stands in compose files and scripts, into one for Tailrace:
/// "java -Djava.library.path=./lib -jar DynamoDBLocal.jar -port 8001 -dbPath ./data" becomes
/// "--port 8001 --db-path ./data/shared-local-instance.tailrace.db". Its flags are taken with two dashes
/// and with an equals sign, too, and java's own options are left out. Other arguments pass as they are.
RewrittenArguments rewrite_dynamodb_local_arguments(std::vector<std::string> arguments);

/// Whether a program was started as "java" or "/usr/bin/java".
bool is_java(std::string_view program);

}  // namespace tailrace::server
