#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tailrace::server {

struct RewrittenArguments {
    std::vector<std::string> arguments = {};
    /// One sentence for each flag that changes nothing here.
    std::vector<std::string> notes = {};
    /// True if an argument is meant for DynamoDB Local, or for the java that runs it.
    bool for_dynamodb_local = false;
};

/// Turns a command line for DynamoDB Local, as it is in compose files and scripts, into one for Tailrace:
/// "java -Djava.library.path=./lib -jar DynamoDBLocal.jar -port 8001 -dbPath ./data" becomes "--port 8001
/// --db-path ./data/shared-local-instance.tailrace.db". DynamoDB Local's flags may also have two dashes or an
/// equals sign. java's own options are left out. Other arguments do not change.
RewrittenArguments rewrite_dynamodb_local_arguments(std::vector<std::string> arguments);

/// Returns true if a program was started as "java" or "/usr/bin/java".
bool is_java(std::string_view program);

}  // namespace tailrace::server
