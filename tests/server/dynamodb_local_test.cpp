#include <string>
#include <vector>

#include "server/dynamodb_local/arguments.hpp"
#include "server/dynamodb_local/banner.hpp"
#include "server/process/version.hpp"
#include "tests/catch.hpp"

using namespace tailrace::server;

namespace {

using Arguments = std::vector<std::string>;

Arguments rewritten(const Arguments& arguments) {
    return rewrite_dynamodb_local_arguments(arguments).arguments;
}

}  // namespace

// The lines are those of DynamoDB Local version 2, each with a tab, and an empty line at the end.
TEST_CASE("the banner shows what is served, in DynamoDB Local's lines") {
    const std::string release = "Tailrace " + std::string(version());
    CHECK(local_banner({}) ==
          "Initializing DynamoDB Local with the following configuration:\n"
          "Port:\t8000\n"
          "InMemory:\ttrue\n"
          "Version:\t" +
              release +
              "\n"
              "DbPath:\tnull\n"
              "SharedDb:\ttrue\n"
              "shouldDelayTransientStatuses:\tfalse\n"
              "CorsParams:\t*\n"
              "\n");
    const LocalConfiguration on_file{.port = 9000,
                                     .store_location = {"./data/shared-local-instance.tailrace.db"},
                                     .delays_transient_statuses = true,
                                     .cors = ""};
    CHECK(local_banner(on_file) ==
          "Initializing DynamoDB Local with the following configuration:\n"
          "Port:\t9000\n"
          "InMemory:\tfalse\n"
          "Version:\t" +
              release +
              "\n"
              "DbPath:\t./data\n"
              "SharedDb:\ttrue\n"
              "shouldDelayTransientStatuses:\ttrue\n"
              "CorsParams:\tnull\n"
              "\n");
    CHECK(local_banner({.cors = "http://a,http://b"}).ends_with("\nCorsParams:\thttp://a,http://b\n\n"));
    CHECK(local_banner({.store_location = {"music.db"}}).find("\nDbPath:\t.\n") != std::string::npos);
}

// Command lines that people use.
TEST_CASE("DynamoDB Local's command lines are accepted") {
    CHECK(rewritten({"-jar", "DynamoDBLocal.jar", "-sharedDb", "-inMemory"}) == Arguments{"--in-memory"});
    CHECK(rewritten({"java", "-Djava.library.path=./DynamoDBLocal_lib", "-Xmx512m", "-jar",
                     "DynamoDBLocal.jar", "-sharedDb", "-dbPath", "./data", "-port", "8001"}) ==
          Arguments{"--db-path", "./data/shared-local-instance.tailrace.db", "--port", "8001"});
    CHECK(rewritten({"-dbPath", "/home/dynamodblocal/data/", "-optimizeDbBeforeStartup"}) ==
          Arguments{"--db-path", "/home/dynamodblocal/data/shared-local-instance.tailrace.db"});
    CHECK(rewritten({"-cors", "*", "-port", "8000"}) == Arguments{"--cors", "*", "--port", "8000"});
    CHECK(rewritten({"-cors", "-inMemory"}) == Arguments{"--cors", "*", "--in-memory"});
    CHECK(rewritten({"-help"}) == Arguments{"--help"});
    CHECK(rewritten({"-jar", "DynamoDBLocal.jar", "--sharedDb", "--port", "9247", "--inMemory"}) ==
          Arguments{"--port", "9247", "--in-memory"});
    CHECK(rewritten({"-port=8001", "-cors=http://a,http://b", "-dbPath=data"}) ==
          Arguments{"--port", "8001", "--cors", "http://a,http://b", "--db-path",
                    "data/shared-local-instance.tailrace.db"});
    CHECK(rewritten({"--port=8001", "--function=f=file:a.jsonl"}) ==
          Arguments{"--port", "8001", "--function=f=file:a.jsonl"});
    CHECK(rewritten({"serve", "--port", "1"}) == Arguments{"serve", "--port", "1"});
}

// DynamoDB Local never sees these options, so Tailrace ignores them.
TEST_CASE("java's own options are left out") {
    CHECK(rewritten({"/usr/bin/java", "-server", "-ea", "-XX:+UseSerialGC", "-Xrs", "-cp", "lib/*:.",
                     "--add-opens", "java.base/java.nio=ALL-UNNAMED", "--add-exports=a/b=ALL-UNNAMED",
                     "--enable-native-access=ALL-UNNAMED", "-javaagent:agent.jar", "-Djava.library.path=lib",
                     "com.amazonaws.services.dynamodbv2.local.main.ServerRunner", "-inMemory", "-port",
                     "8001"}) == Arguments{"--in-memory", "--port", "8001"});
    CHECK(rewritten({"java", "-version"}) == Arguments{"--version"});
    CHECK(rewritten({"--as-dynamodb-local", "java", "-jar", "DynamoDBLocal.jar"}) ==
          Arguments{"--as-dynamodb-local"});
    CHECK(rewritten({"--db-path", "java"}) == Arguments{"--db-path", "java"});
}

TEST_CASE("java is known by the last part of its path") {
    CHECK(is_java("java"));
    CHECK(is_java("/usr/local/bin/java"));
    CHECK_FALSE(is_java("tailrace"));
    CHECK_FALSE(is_java("/usr/lib/java/tailrace"));
}
