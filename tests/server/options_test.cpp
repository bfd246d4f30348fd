#include "server/options.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "server/dynamodb_local_arguments.hpp"
#include "server/version.hpp"
#include "tests/catch.hpp"

using namespace tailrace::server;

namespace {

using Arguments = std::vector<std::string>;

Options parsed(const Arguments& arguments) {
    const CommandLine line = parse_command_line(arguments);
    INFO(line.text);
    REQUIRE(line.options);
    return *line.options;
}

void check_usage_error(const Arguments& arguments, const std::string& message) {
    const CommandLine line = parse_command_line(arguments);
    CHECK_FALSE(line.options);
    CHECK(line.exit_code == 2);
    CHECK(line.text == "tailrace: " + message + " (tailrace --help lists the options)\n");
}

Arguments rewritten(const Arguments& arguments) {
    return rewrite_dynamodb_local_arguments(arguments).arguments;
}

}  // namespace

// Without a word said, a server in memory on DynamoDB Local's port.
TEST_CASE("defaults") {
    const Options options = parsed({});
    CHECK(options.command == Command::serve);
    CHECK(options.host == "127.0.0.1");
    CHECK(options.port == 8000);
    CHECK(options.db_path.empty());
    CHECK(options.on_stream.empty());
    CHECK(options.shards == 1);
    CHECK(options.region == "us-east-1");
    CHECK(options.account_id == "000000000000");
    CHECK(options.log_level == LogLevel::warning);
}

// Options mean the same with and without the command's name before them.
TEST_CASE("options of the serve command") {
    for (const Arguments& command : {Arguments{}, Arguments{"serve"}}) {
        Arguments arguments = command;
        for (const char* each : {"--port",         "0",
                                 "--host",         "0.0.0.0",
                                 "--db-path",      "music.db",
                                 "--log-level",    "debug",
                                 "--threads",      "4",
                                 "--region",       "eu-west-1",
                                 "--account-id",   "123456789012",
                                 "--idle-timeout", "7",
                                 "--ttl-interval", "0",
                                 "--shards",       "4"}) {
            arguments.emplace_back(each);
        }
        const Options options = parsed(arguments);
        CHECK(options.command == Command::serve);
        CHECK(options.port == 0);
        CHECK(options.host == "0.0.0.0");
        CHECK(options.db_path == "music.db");
        CHECK(options.log_level == LogLevel::debug);
        CHECK(options.threads == 4);
        CHECK(options.region == "eu-west-1");
        CHECK(options.account_id == "123456789012");
        CHECK(options.idle_timeout_seconds == 7);
        CHECK(options.ttl_interval_seconds == 0);
        CHECK(options.shards == 4);
    }
}

// A handler may hold equals signs of its own; a table may have several handlers.
TEST_CASE("handlers on streams come in pairs") {
    const Options options =
        parsed({"--on-stream", "music=./h.py", "serve", "--on-stream", "music=http://x/?a=b"});
    CHECK(options.on_stream == std::vector<OnStream>{{"music", "./h.py"}, {"music", "http://x/?a=b"}});
}

// The same in a file, as a list.
TEST_CASE("a config file gives options that the command line does not") {
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("tailrace-options-" + std::to_string(getpid()) + ".toml");
    std::ofstream(path) << "port = 8100\nregion = \"eu-west-1\"\non-stream = [\"music=a\", \"music=b\"]\n";
    const Options options = parsed({"--port", "8200", "--config", path.string()});
    std::ofstream(path) << "colour = \"red\"\n";
    const CommandLine unknown = parse_command_line({"--config", path.string()});
    std::filesystem::remove(path);
    CHECK(options.port == 8200);
    CHECK(options.region == "eu-west-1");
    CHECK(options.on_stream == std::vector<OnStream>{{"music", "a"}, {"music", "b"}});
    CHECK(unknown.exit_code == 2);
    CHECK(unknown.text == "tailrace: INI was not able to parse colour (tailrace --help lists the options)\n");
}

// The second command.
TEST_CASE("healthcheck takes the address of the server") {
    const Options options = parsed({"healthcheck", "--port", "8100"});
    CHECK(options.command == Command::healthcheck);
    CHECK(options.port == 8100);
}

// One line for each mistake.
TEST_CASE("mistakes on the command line") {
    check_usage_error({"--port", "abc"}, "Could not convert: --port = abc");
    check_usage_error({"--port", "65536"}, "Could not convert: --port = 65536");
    check_usage_error({"--bogus"}, "The following argument was not expected: --bogus");
    check_usage_error({"--on-stream", "music"}, "--on-stream: 'music' is not TABLE=HANDLER");
    check_usage_error({"--on-stream", "=h"}, "--on-stream: '=h' is not TABLE=HANDLER");
    check_usage_error({"--log-level", "loud"}, "--log-level: 'loud' is not error, warning, info or debug");
    check_usage_error({"--account-id", "12"}, "--account-id: '12' is not twelve digits");
    check_usage_error({"--in-memory", "--db-path", "x"}, "--in-memory and --db-path exclude each other");
}

// What is asked for goes to standard output.
TEST_CASE("help and version end well") {
    const CommandLine version_line = parse_command_line({"--version"});
    CHECK_FALSE(version_line.options);
    CHECK(version_line.exit_code == 0);
    CHECK(version_line.text == "tailrace " + std::string(version()) + "\n");
    const CommandLine help = parse_command_line({"--help"});
    CHECK(help.exit_code == 0);
    CHECK(help.text.find("--db-path FILE") != std::string::npos);
    CHECK(parse_command_line({"serve", "--help"}).text == help.text);
    CHECK(parse_command_line({"-help"}).text == help.text);
}

// The command lines people have.
TEST_CASE("DynamoDB Local's command lines are understood") {
    CHECK(rewritten({"-jar", "DynamoDBLocal.jar", "-sharedDb", "-inMemory"}) == Arguments{"--in-memory"});
    CHECK(rewritten({"java", "-Djava.library.path=./DynamoDBLocal_lib", "-Xmx512m", "-jar",
                     "DynamoDBLocal.jar", "-sharedDb", "-dbPath", "./data", "-port", "8001"}) ==
          Arguments{"--db-path", "./data/shared-local-instance.tailrace.db", "--port", "8001"});
    CHECK(rewritten({"-dbPath", "/home/dynamodblocal/data/", "-optimizeDbBeforeStartup"}) ==
          Arguments{"--db-path", "/home/dynamodblocal/data/shared-local-instance.tailrace.db"});
    CHECK(rewritten({"-cors", "*", "-port", "8000"}) == Arguments{"--port", "8000"});
    CHECK(rewritten({"-cors", "-inMemory"}) == Arguments{"--in-memory"});
    CHECK(rewritten({"-help"}) == Arguments{"--help"});
    CHECK(rewritten({"serve", "--port", "1"}) == Arguments{"serve", "--port", "1"});
}

// What has no counterpart is said, not swallowed.
TEST_CASE("flags without effect are noted") {
    const Options options =
        parsed({"-jar", "DynamoDBLocal.jar", "-sharedDb", "-cors", "*", "-delayTransientStatuses",
                "-optimizeDbBeforeStartup", "-disableTelemetry", "-inMemory"});
    CHECK(options.db_path.empty());
    CHECK(options.table_delay_ms == 5000);
    CHECK(options.notes == std::vector<std::string>{
                               "-sharedDb: all credentials and regions share one set of tables.",
                               "-cors: every origin is allowed.", "-optimizeDbBeforeStartup has no effect.",
                               "-disableTelemetry: there is no telemetry."});
}
