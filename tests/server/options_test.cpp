#include "server/options/options.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "server/process/version.hpp"
#include "tests/catch.hpp"

using namespace tailrace::server;

namespace {

using Arguments = std::vector<std::string>;

Options parsed_options(const Arguments& arguments) {
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

}  // namespace

// Without options the server is in memory and on DynamoDB Local's port.
TEST_CASE("defaults") {
    const Options options = parsed_options({});
    CHECK(options.command == Command::serve);
    CHECK(options.host == "localhost");
    CHECK(options.port == 8000);
    CHECK(options.store_location.in_memory());
    CHECK(options.durability == tailrace::table::Durability::normal);
    CHECK_FALSE(options.as_dynamodb_local);
    CHECK(options.on_stream.empty());
    CHECK(options.shards == 1);
    CHECK_FALSE(options.manual_clock);
    CHECK(options.region == "us-east-1");
    CHECK(options.account_id == "000000000000");
    CHECK(options.log_level == LogLevel::warning);
    CHECK(options.shutdown_timeout_seconds == 5);
    CHECK(options.body_memory_megabytes == 256);
    CHECK(options.namespaces.idle_limit == std::chrono::seconds(300));
    CHECK(options.function_processes == 8);
}

TEST_CASE("the process with which a server ends may be given by its id") {
    CHECK_FALSE(parsed_options({}).exits_with_parent);
    CHECK_FALSE(parsed_options({"--exit-with-parent=false"}).exits_with_parent);
    for (const auto& [text, id] : {std::pair("--exit-with-parent", 0), std::pair("--exit-with-parent=1", 0),
                                   std::pair("--exit-with-parent=4711", 4711)}) {
        const Options options = parsed_options({text});
        CHECK(options.exits_with_parent);
        CHECK(options.parent_id == id);
    }
}

// Options mean the same with and without the command's name before them.
TEST_CASE("options of the serve command") {
    for (const Arguments& command : {Arguments{}, Arguments{"serve"}}) {
        Arguments arguments = command;
        for (const char* each : {"--port",
                                 "0",
                                 "--host",
                                 "0.0.0.0",
                                 "--db-path",
                                 "music.db",
                                 "--durability",
                                 "full",
                                 "--log-level",
                                 "debug",
                                 "--threads",
                                 "4",
                                 "--region",
                                 "eu-west-1",
                                 "--account-id",
                                 "123456789012",
                                 "--idle-timeout",
                                 "7",
                                 "--body-memory",
                                 "16",
                                 "--shutdown-timeout",
                                 "9",
                                 "--ttl-interval",
                                 "0",
                                 "--manual-clock",
                                 "2026-01-31T12:00:00Z",
                                 "--shards",
                                 "4",
                                 "--namespace-idle",
                                 "60",
                                 "--function-processes",
                                 "2",
                                 "--function-timeout",
                                 "3"}) {
            arguments.emplace_back(each);
        }
        const Options options = parsed_options(arguments);
        CHECK(options.command == Command::serve);
        CHECK(options.port == 0);
        CHECK(options.host == "0.0.0.0");
        CHECK(options.store_location.text() == "music.db");
        CHECK(options.durability == tailrace::table::Durability::full);
        CHECK(options.log_level == LogLevel::debug);
        CHECK(options.threads == 4);
        CHECK(options.region == "eu-west-1");
        CHECK(options.account_id == "123456789012");
        CHECK(options.idle_timeout_seconds == 7);
        CHECK(options.body_memory_megabytes == 16);
        CHECK(options.shutdown_timeout_seconds == 9);
        CHECK(options.ttl_interval_seconds == 0);
        CHECK(options.manual_clock == tailrace::Timestamp(std::chrono::seconds(1769860800)));
        CHECK(options.shards == 4);
        CHECK(options.namespaces.idle_limit == std::chrono::seconds(60));
        CHECK(options.function_processes == 2);
        CHECK(options.function_timeout_seconds == 3);
    }
}

// The largest allowed request body must fit.
TEST_CASE("the memory for bodies holds at least one") {
    check_usage_error({"--body-memory", "15"}, "--body-memory: Value 15 not in range 16 to 1048576");
    CHECK(parsed_options({"--body-memory", "16"}).body_memory_megabytes == 16);
}

TEST_CASE("the memory for tables is given with its unit") {
    CHECK_FALSE(parsed_options({}).max_memory);
    CHECK(parsed_options({"--max-memory", "512MB"}).max_memory == 512ULL * 1024 * 1024);
    CHECK(parsed_options({"--max-memory", "2gb"}).max_memory == 2ULL * 1024 * 1024 * 1024);
    CHECK(parsed_options({"--max-memory", "1024KB"}).max_memory_text == "1024KB");
    for (const char* wrong : {"512", "MB", "-1MB", "1.5GB", "5TB", "5 MB"}) {
        check_usage_error({"--max-memory", wrong},
                          "--max-memory: '" + std::string(wrong) + "' is not a size such as 512MB");
    }
    check_usage_error({"--max-memory", "1023KB"}, "--max-memory: '1023KB' is less than 1MB");
}

// Functions have names, which streams and callers use.
TEST_CASE("functions come with their names") {
    const Options options =
        parsed_options({"--function", "groups=python:g.py:handler", "--function", "log=file:a=b"});
    CHECK(options.functions ==
          std::vector<NamedFunction>{{"groups", "python:g.py:handler"}, {"log", "file:a=b"}});
    CHECK(options.function_timeout_seconds == 30);
}

// A handler may contain equals signs, and a table may have several handlers.
TEST_CASE("handlers on streams come in pairs") {
    const Options options =
        parsed_options({"--on-stream", "music=./h.py", "serve", "--on-stream", "music=http://x/?a=b"});
    CHECK(options.on_stream == std::vector<OnStream>{{"music", "./h.py"}, {"music", "http://x/?a=b"}});
}

// In a file the values are a list.
TEST_CASE("a config file gives options that the command line does not") {
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("tailrace-options-" + std::to_string(getpid()) + ".toml");
    std::ofstream(path) << "port = 8100\nregion = \"eu-west-1\"\non-stream = [\"music=a\", \"music=b\"]\n";
    const Options options = parsed_options({"--port", "8200", "--config", path.string()});
    std::ofstream(path) << "colour = \"red\"\n";
    const CommandLine unknown = parse_command_line({"--config", path.string()});
    std::filesystem::remove(path);
    CHECK(options.port == 8200);
    CHECK(options.region == "eu-west-1");
    CHECK(options.on_stream == std::vector<OnStream>{{"music", "a"}, {"music", "b"}});
    CHECK(unknown.exit_code == 2);
    CHECK(unknown.text ==
          "tailrace: the file of --config: unknown option colour (tailrace --help lists the "
          "options)\n");
}

// The same mapping, written in three ways.
TEST_CASE("a mapping in a file of lines, in one of JSON and on the command line is the same") {
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("tailrace-options-" + std::to_string(getpid()) + ".conf");
    const auto read = [&](const std::string& text) {
        std::ofstream(path) << text;
        return parsed_options({"--config", path.string()}).on_stream;
    };
    const std::string brief =
        R"(music=lambda:http://localhost:9000/?a=b,c,BatchSize=7,EmptyResponse=success,)"
        R"(Filter={"eventName": ["INSERT", "MODIFY"]},OnFailure=failed, perhaps #1.jsonl)";
    const std::vector<OnStream> given = parsed_options({"--on-stream", brief}).on_stream;
    REQUIRE(given.size() == 1);
    CHECK(given[0].handler == "lambda:http://localhost:9000/?a=b,c,EmptyResponse=success");
    CHECK(given[0].parameters.batch_size == 7);
    CHECK(given[0].parameters.filters == Arguments{R"({"eventName": ["INSERT", "MODIFY"]})"});
    CHECK(given[0].parameters.on_failure == "failed, perhaps #1.jsonl");
    CHECK(read("on-stream = '" + brief + "'\n") == given);
    CHECK(read(R"({"EventSourceMappings": [{
        "TableName": "music", "FunctionName": "lambda:http://localhost:9000/?a=b,c,EmptyResponse=success",
        "BatchSize": 7,
        "FilterCriteria": {"Filters": [{"Pattern": "{\"eventName\": [\"INSERT\", \"MODIFY\"]}"}]},
        "DestinationConfig": {"OnFailure": {"Destination": "failed, perhaps #1.jsonl"}}}]})") == given);
    std::ofstream(path) << "port = 8100\nregion = 'eu";
    const CommandLine broken = parse_command_line({"--config", path.string()});
    std::filesystem::remove(path);
    CHECK(broken.text ==
          "tailrace: the file of --config, line 2: a quotation mark is not closed (tailrace --help lists the "
          "options)\n");
}

TEST_CASE("the commands about mappings ask the server that the options name") {
    const auto endpoint = [](Arguments arguments) {
        arguments.insert(arguments.begin(), "mappings");
        return parsed_options(arguments).question.endpoint;
    };
    CHECK(endpoint({}) == "http://127.0.0.1:8000");
    CHECK(endpoint({"--port", "8123"}) == "http://127.0.0.1:8123");
    CHECK(endpoint({"--host", "*", "--port", "8123"}) == "http://127.0.0.1:8123");
    CHECK(endpoint({"--host", "192.0.2.7"}) == "http://192.0.2.7:8000");
    CHECK(endpoint({"--host", "::1"}) == "http://[::1]:8000");
    CHECK(endpoint({"--host", "::1", "--endpoint", "http://music.test"}) == "http://music.test");
}

// In the file a mapping has the form that it has in Lambda's API.
TEST_CASE("a config file can be a JSON object") {
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("tailrace-options-" + std::to_string(getpid()) + ".json");
    const auto line_of = [&](const std::string& text) {
        std::ofstream(path) << text;
        const CommandLine line = parse_command_line({"--config", path.string()});
        CHECK_FALSE(line.options);
        return line.text;
    };
    std::ofstream(path) << R"({
        "port": 8100, "in-memory": true, "log-level": "info",
        "EventSourceMappings": [
            {"TableName": "music", "FunctionName": "message-groups", "BatchSize": 1,
             "FilterCriteria": {"Filters": [{"Pattern": "{\"eventName\":[\"INSERT\"]}"}]}},
            {"TableName": "books", "FunctionName": "./h.py"}],
        "Destinations": {"arn:aws:sqs:us-east-1:000000000000:failed": "failed.jsonl"}
    })";
    const Options options = parsed_options({"--config", path.string()});
    CHECK(options.port == 8100);
    CHECK(options.log_level == LogLevel::info);
    REQUIRE(options.on_stream.size() == 2);
    CHECK(options.on_stream[0].table == "music");
    CHECK(options.on_stream[0].handler == "message-groups");
    CHECK(options.on_stream[0].parameters.batch_size == 1);
    CHECK(options.on_stream[0].parameters.filters == Arguments{R"({"eventName":["INSERT"]})"});
    CHECK(options.on_stream[1] == OnStream{"books", "./h.py"});
    CHECK(options.destinations ==
          std::map<std::string, std::string>{{"arn:aws:sqs:us-east-1:000000000000:failed", "failed.jsonl"}});
    const std::string end = " (tailrace --help lists the options)\n";
    CHECK(line_of("{") ==
          "tailrace: the file of --config is not valid JSON: incomplete JSON at line 1, column 2" + end);
    CHECK(line_of("{\n  \"port\": 8100,\n  \"region\": }") ==
          "tailrace: the file of --config is not valid JSON: syntax error at line 3, column 13" + end);
    CHECK(line_of(R"({"EventSourceMappings": {}})") ==
          "tailrace: EventSourceMappings must be a list of objects" + end);
    CHECK(line_of(R"({"Destinations": []})") ==
          "tailrace: Destinations must be an object whose values are strings" + end);
    CHECK(line_of(R"({"EventSourceMappings": [{"TableName": "music"}]})") ==
          R"(tailrace: --on-stream: '{"TableName":"music"}': FunctionName is missing)" + end);
    CHECK(line_of(R"({"colour": "red"})") == "tailrace: the file of --config: unknown option colour" + end);
    CHECK(line_of(R"({"admin-token": null})") ==
          "tailrace: the file of --config: null is not a value; leave the option out" + end);
    CHECK(line_of(R"({"prot": 8100})") ==
          "tailrace: the file of --config: unknown option prot; did you mean port?" + end);
    CHECK(line_of(R"({"EventSourceMapping": []})") ==
          "tailrace: the file of --config: unknown option EventSourceMapping; did you mean "
          "EventSourceMappings?" +
              end);
    std::filesystem::remove(path);
}

// The option --port of the server is also an option of the command.
TEST_CASE("healthcheck takes the address of the server") {
    const Options options = parsed_options({"healthcheck", "--port", "8100"});
    CHECK(options.command == Command::healthcheck);
    CHECK(options.port == 8100);
}

// One line per mistake.
TEST_CASE("mistakes on the command line") {
    check_usage_error({"--port", "abc"}, "--port: 'abc' is not a port, a number from 0 to 65535");
    check_usage_error({"--port", "99999"}, "--port: '99999' is not a port, a number from 0 to 65535");
    check_usage_error({"--bogus"}, "unknown option --bogus");
    check_usage_error({"--prot", "9710"}, "unknown option --prot; did you mean --port?");
    check_usage_error({"--prot=9710"}, "unknown option --prot; did you mean --port?");
    check_usage_error({"mappings", "--endpont", "http://x"},
                      "unknown option --endpont; did you mean --endpoint?");
    check_usage_error({"mapings"}, "unknown command mapings; did you mean mappings?");
    check_usage_error({"mapings", "--endpoint", "http://x"},
                      "unknown command mapings; did you mean mappings?");
    for (const char* command : {"serve", "healthcheck", "mappings", "failures", "redrive", "completion"}) {
        const std::string name(command);
        check_usage_error({name + "x"}, "unknown command " + name + "x; did you mean " + name + "?");
    }
    check_usage_error({"music.db"}, "unknown command music.db");
    check_usage_error({"--port", "1", "music.db"}, "unknown command music.db");
    check_usage_error({"serve", "music.db"}, "serve takes no argument 'music.db'");
    check_usage_error({"redrive", "music", "books"}, "redrive takes no argument 'books'");
    check_usage_error({"--on-stream", "music"}, "--on-stream: 'music': it is not TABLE=HANDLER");
    check_usage_error({"--on-stream", "=h"}, "--on-stream: '=h': it is not TABLE=HANDLER");
    check_usage_error(
        {"--on-stream", "music=h,BatchSize=0"},
        "--on-stream: 'music=h,BatchSize=0': 1 validation error detected: Value '0' at "
        "'batchSize' failed to satisfy constraint: Member must have value greater than or equal "
        "to 1");
    check_usage_error({"--destination", "queue=failed.jsonl"},
                      "--destination: 'queue=failed.jsonl' is not ARN=PLACE");
    check_usage_error({"--destination", "arn:aws:sqs:us-east-1:000000000000:q=https://x/"},
                      "--destination: 'https://x/' is not an http:// URL");
    check_usage_error({"--isolate", "tenant"},
                      "--isolate: 'tenant' is not access-key, account, region or account,region");
    check_usage_error({"--namespaces", "never"}, "--namespaces: 'never' is not on-demand or explicit");
    check_usage_error({"--log-level", "loud"}, "--log-level: 'loud' is not error, warning, info or debug");
    check_usage_error({"--manual-clock", "noon"},
                      "--manual-clock: 'noon' is not a time such as 2026-01-31T12:00:00Z");
    check_usage_error({"--manual-clock", "2026-02-30T12:00:00Z"},
                      "--manual-clock: '2026-02-30T12:00:00Z' is not a time such as 2026-01-31T12:00:00Z");
    check_usage_error({"--account-id", "12"}, "--account-id: '12' is not twelve digits");
    check_usage_error({"--durability", "FULL"},
                      "--durability: 'FULL' is not normal or full; did you mean full?");
    check_usage_error({"--in-memory", "--db-path", "x"}, "--in-memory and --db-path cannot be used together");
    check_usage_error({"--config", "/proc/self/mem"}, "the file of --config cannot be read");
    check_usage_error({"--ready-file", "x", "--port-file", "x"},
                      "--ready-file and --port-file name the same file");
}

// An empty value is usually an unset variable in a script.
TEST_CASE("an empty value is refused") {
    const std::string fault = ": the value is empty; leave the option out instead";
    for (const char* option :
         {"--db-path", "--host", "--port", "--config", "--admin-token", "--region", "--account-id",
          "--log-level", "--threads", "--manual-clock", "--on-stream", "--function", "--allow-origin"}) {
        check_usage_error({option, ""}, option + fault);
        check_usage_error({std::string(option) + "=", "--in-memory"}, option + fault);
    }
    check_usage_error({"mappings", "--endpoint", ""}, "--endpoint" + fault);
    check_usage_error({"mappings", ""}, "MAPPING" + fault);
    check_usage_error({"-dbPath", ""}, "--db-path" + fault);
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("tailrace-options-" + std::to_string(getpid()) + ".conf");
    for (const char* text : {"db-path =\n", R"({"db-path": ""})"}) {
        std::ofstream(path) << text;
        check_usage_error({"--config", path.string()}, "--db-path" + fault);
    }
    std::filesystem::remove(path);
    // Compose files set variables that are not wanted to an empty value.
    setenv("TAILRACE_DB_PATH", "", 1);
    const Options outside = parsed_options({});
    unsetenv("TAILRACE_DB_PATH");
    CHECK(outside.store_location.in_memory());
}

// Requested output goes to standard output.
TEST_CASE("help and version exit with 0") {
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

// completion_test.py checks in the shells that the scripts work.
TEST_CASE("a completion is for a known shell") {
    CHECK(parse_command_line({"completion", "bash"}).exit_code == 0);
    CHECK(parse_command_line({"completion", "bash"}).text.starts_with("# Completion for bash, "));
    CHECK(parse_command_line({"completion", "zsh"}).text.starts_with("#compdef tailrace\n"));
    CHECK(parse_command_line({"completion", "fish"}).text.starts_with("# Completion for fish, "));
    CHECK(parse_command_line({"man"}).text.starts_with(".TH TAILRACE 1 "));
    check_usage_error({"completion"}, "SHELL is required");
    check_usage_error({"completion", "bsh"}, "SHELL: 'bsh' is not bash, zsh or fish; did you mean bash?");
}

// Whoever gives DynamoDB Local's arguments puts Tailrace in its place, and programs that check for it must
// see no difference.
TEST_CASE("DynamoDB Local's arguments mean that its place is taken") {
    for (const Arguments& arguments : {Arguments{"--as-dynamodb-local"},
                                       {"-jar", "DynamoDBLocal.jar"},
                                       {"java"},
                                       {"-port", "8000"},
                                       {"--sharedDb"},
                                       {"-inMemory"},
                                       {"-cors=*"},
                                       {"-Xmx512m"}}) {
        CHECK(parsed_options(arguments).as_dynamodb_local);
    }
    for (const Arguments& arguments : {Arguments{"--port", "8000"},
                                       {"--port=8000"},
                                       {"--in-memory"},
                                       {"--as-dynamodb-local", "--as-dynamodb-local=false"},
                                       {"-jar", "DynamoDBLocal.jar", "--as-dynamodb-local=false"}}) {
        CHECK_FALSE(parsed_options(arguments).as_dynamodb_local);
    }
    setenv("TAILRACE_AS_DYNAMODB_LOCAL", "true", 1);
    const bool outside = parsed_options({}).as_dynamodb_local;
    unsetenv("TAILRACE_AS_DYNAMODB_LOCAL");
    CHECK(outside);
}

// An option without a counterpart is reported, not ignored silently.
TEST_CASE("flags without effect are noted") {
    const Options options =
        parsed_options({"-jar", "DynamoDBLocal.jar", "-sharedDb", "-cors", "*", "-delayTransientStatuses",
                        "-optimizeDbBeforeStartup", "-disableTelemetry", "-inMemory"});
    CHECK(options.store_location.in_memory());
    CHECK(options.table_delay_ms == 5000);
    CHECK(options.notes ==
          std::vector<std::string>{"-sharedDb: all credentials and regions share one set of tables.",
                                   "-optimizeDbBeforeStartup has no effect.",
                                   "-disableTelemetry: there is no telemetry."});
    CHECK(parsed_options({"-inMemory"}).notes ==
          std::vector<std::string>{
              "-sharedDb was not given, but all credentials and regions share one set of tables anyway."});
    CHECK(parsed_options({"--in-memory"}).notes.empty());
}

// A list is given by several options or with commas; a flag in the environment is true, false, 1 or 0.
TEST_CASE("options and the environment say who may send requests") {
    const Options options =
        parsed_options({"--allow-origin", "http://localhost:3000,https://music.example", "--allow-origin",
                        "vscode-webview://a", "--allow-host", "*.music.test", "--admin-token", "s3cret",
                        "--no-admin", "--no-cors"});
    CHECK(options.access.origins ==
          Arguments{"http://localhost:3000", "https://music.example", "vscode-webview://a"});
    CHECK(options.access.hosts == Arguments{"*.music.test"});
    CHECK(options.access.admin_token == "s3cret");
    CHECK_FALSE(options.access.has_admin);
    CHECK_FALSE(options.access.has_cors);
    CHECK(parsed_options({}).access.has_admin);
    CHECK(parsed_options({}).access.has_cors);
    CHECK(parsed_options({}).access.admin_token.empty());

    setenv("TAILRACE_ALLOW_ORIGIN", "http://a:1,http://b:2", 1);
    setenv("TAILRACE_ALLOW_HOST", "a.test,b.test", 1);
    setenv("TAILRACE_ADMIN_TOKEN", "from-outside", 1);
    setenv("TAILRACE_NO_ADMIN", "true", 1);
    setenv("TAILRACE_NO_CORS", "0", 1);
    const Options outside = parsed_options({});
    for (const char* name : {"TAILRACE_ALLOW_ORIGIN", "TAILRACE_ALLOW_HOST", "TAILRACE_ADMIN_TOKEN",
                             "TAILRACE_NO_ADMIN", "TAILRACE_NO_CORS"}) {
        unsetenv(name);
    }
    CHECK(outside.access.origins == Arguments{"http://a:1", "http://b:2"});
    CHECK(outside.access.hosts == Arguments{"a.test", "b.test"});
    CHECK(outside.access.admin_token == "from-outside");
    CHECK_FALSE(outside.access.has_admin);
    CHECK(outside.access.has_cors);
}

// As with DynamoDB Local's -cors: origins are a list, and an asterisk in it means every origin.
TEST_CASE("the origins whose pages may use the API are named one by one") {
    const AccessRules one = parsed_options({"-cors", "http://localhost:3000"}).access;
    CHECK_FALSE(one.has_cors);
    CHECK(one.cors_origins == Arguments{"http://localhost:3000"});
    CHECK(one.origins.empty());
    const AccessRules two = parsed_options({"--cors", "http://a:1,http://b:2"}).access;
    CHECK_FALSE(two.has_cors);
    CHECK(two.cors_origins == Arguments{"http://a:1", "http://b:2"});
    for (const char* list : {"*", "http://a:1,*"}) {
        const AccessRules every = parsed_options({"-cors", list}).access;
        CHECK(every.has_cors);
        CHECK(every.cors_origins.empty());
    }
    check_usage_error({"-cors", "music.test"},
                      "--cors: 'music.test' is not an origin such as http://localhost:3000");
    check_usage_error({"-cors", "*", "--no-cors"}, "--no-cors and --cors cannot be used together");
}

// Messages do not repeat a token where others might read it.
TEST_CASE("invalid origins, hosts and tokens are refused") {
    check_usage_error({"--allow-origin", "null"},
                      "--allow-origin: the origin 'null' cannot be allowed, because any page can have it");
    for (const char* text : {"*", "localhost:3000", "http://", "http://a/b", "://a"}) {
        check_usage_error({"--allow-origin", text}, "--allow-origin: '" + std::string(text) +
                                                        "' is not an origin such as http://localhost:3000");
    }
    for (const char* text : {"*", "music.test:8000", "http://music.test", "*music.test"}) {
        check_usage_error({"--allow-host", text},
                          "--allow-host: '" + std::string(text) +
                              "' is not a host name such as music.test or *.music.test");
    }
    for (const char* text : {"two words", "a/b", "a,b", "caf\xC3\xA9"}) {
        check_usage_error(
            {"--admin-token", text},
            "--admin-token: a token may have only visible ASCII characters, and no commas or slashes");
    }
}
