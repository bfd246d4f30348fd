#include "server/options/option_table.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "engine/model/parse_number.hpp"
#include "server/options/advice_options.hpp"
#include "server/options/command_options.hpp"
#include "server/options/namespace_options.hpp"
#include "server/options/option_choice.hpp"
#include "server/options/signature_options.hpp"
#include "server/options/table_options.hpp"
#include "server/options/template_options.hpp"
#include "server/options/tls_options.hpp"
#include "server/process/version.hpp"
#include "server/wire/moment.hpp"
#include "stream/mapping/failure/failure_destination.hpp"
#include "stream/mapping/parameters/mapping_request.hpp"

namespace tailrace::server {
namespace {

constexpr const char* program_description =
    "Tailrace: a local DynamoDB with its streams attached.\n"
    "\n"
    "Speaks DynamoDB's HTTP API on one port. Point an AWS SDK or the AWS CLI at it with the\n"
    "endpoint URL; any credentials and any region will do.";

constexpr const char* footer =
    "Examples:\n"
    "  tailrace                                     in memory, on http://localhost:8000\n"
    "  tailrace --db-path ./music.db --port 8100    keep the tables in a file\n"
    "  tailrace --log-level info                    one line per request\n"
    "  aws dynamodb list-tables --endpoint-url http://localhost:8000\n"
    "\n"
    "An option whose help shows (Env:NAME) can be given by the environment variable NAME instead.\n"
    "Every option can be given by a line such as  port = 8100  in the file that --config names. That\n"
    "file may also be a JSON object, with event source mappings under the names of Lambda's API:\n"
    "  { \"port\": 8100, \"Functions\": { \"songs\": \"python:./songs.py:handler\" },\n"
    "    \"EventSourceMappings\": [\n"
    "      { \"TableName\": \"music\", \"FunctionName\": \"songs\", \"BatchSize\": 1 } ] }\n"
    "The command line takes precedence over the environment, and the environment over the file.\n"
    "\n"
    "The flags of DynamoDB Local are accepted as they are in compose files:\n"
    "  -jar DynamoDBLocal.jar -sharedDb -inMemory -port 8000 -dbPath ./data\n"
    "-dbPath names a folder; the file in it is shared-local-instance.tailrace.db. Without -dbPath\n"
    "tables are in memory. -sharedDb is always on, -cors is --cors, and -delayTransientStatuses is\n"
    "--table-delay-ms 5000. -optimizeDbBeforeStartup, -disableTelemetry and options for java have\n"
    "no effect. These flags imply --as-dynamodb-local, and so does starting the program as java.\n"
    "\n"
    "A HANDLER is message-groups (built in) or one of\n"
    "  python:FILE.py:FUNCTION   node:FILE.js:FUNCTION   a Lambda function in that file\n"
    "  runtime:COMMAND           a program that speaks Lambda's Runtime API\n"
    "  lambda:URL                a function behind Lambda's Invoke API; an answer without a body counts\n"
    "                            as a crash, or as a success with lambda:URL,EmptyResponse=success\n"
    "  plugin:FILE.so            a shared library; stream/handler/plugin_api.h says how to write one\n"
    "  file:FILE                 appends each record to a file as a line of JSON\n"
    "or the NAME of a --function. Functions answer POST /2015-03-31/functions/NAME/invocations.\n"
    "\n"
    "Besides DynamoDB's API and Lambda's there are Tailrace's own endpoints: GET /_tailrace lists them.";

std::string check_on_stream(const std::string& text) {
    try {
        parse_on_stream(text);
        return {};
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
}

std::string check_function(const std::string& text) {
    const std::size_t equals = text.find('=');
    const bool is_pair = equals != std::string::npos && equals > 0 && equals + 1 < text.size();
    return is_pair ? "" : "'" + text + "' is not NAME=HANDLER";
}

std::string check_destination(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals + 1 == text.size() ||
        !stream::is_destination_name(text.substr(0, equals)))
        return "'" + text + "' is not ARN=PLACE";
    try {
        stream::make_destination(text.substr(equals + 1), {});
        return {};
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
}

std::string check_cache(const std::string& text) {
    try {
        parse_cache_definition(text);
        return {};
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
}

std::string check_port(const std::string& text) {
    return parse_number<std::uint16_t>(text) ? "" : "'" + text + "' is not a port, a number from 0 to 65535";
}

std::string check_account_id(const std::string& text) {
    return is_account_id(text) ? "" : "'" + text + "' is not twelve digits";
}

void add_stream_options(CLI::App& app, RawOptions& raw) {
    app.add_option("--on-stream", raw.on_stream,
                   "Run this handler, or function, on the table's stream; may be repeated. Parameters of "
                   "Lambda's CreateEventSourceMapping may follow, each after a comma: ,BatchSize=1")
        ->type_name("TABLE=HANDLER")
        ->allow_extra_args(false)
        ->check(CLI::Validator(check_on_stream, ""));
    app.add_option("--function", raw.functions,
                   "Add a function with this name, for Invoke and --on-stream; may be repeated")
        ->type_name("NAME=HANDLER")
        ->allow_extra_args(false)
        ->check(CLI::Validator(check_function, ""));
    app.add_option("--function-timeout", raw.options.function_timeout_seconds,
                   "End a call of a function that takes longer than this")
        ->envname("TAILRACE_FUNCTION_TIMEOUT")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(CLI::Range(1, 900));
    app.add_flag("--allow-function-upload", raw.options.allows_function_upload,
                 "Let CreateFunction and UpdateFunctionCode upload code, which then runs on this machine")
        ->envname("TAILRACE_ALLOW_FUNCTION_UPLOAD");
    app.add_option(
           "--function-processes", raw.options.function_processes,
           "Run at most this many processes of functions at a time, over all namespaces; the one that "
           "has been idle for longest is ended to make room for another")
        ->envname("TAILRACE_FUNCTION_PROCESSES")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    app.add_option("--destination", raw.destinations,
                   "The http:// URL or file that stands in for a queue, topic or bucket to which a mapping "
                   "sends failed batches; may be repeated")
        ->type_name("ARN=PLACE")
        ->allow_extra_args(false)
        ->check(CLI::Validator(check_destination, ""));
    app.add_option("--shards", raw.options.shards, "Number of shards that a new stream begins with")
        ->envname("TAILRACE_SHARDS")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
}

void add_time_options(CLI::App& app, RawOptions& raw) {
    Options& options = raw.options;
    app.add_option("--ttl-interval", options.ttl_interval_seconds,
                   "Seconds between checks for expired items and records; 0 checks only on request")
        ->envname("TAILRACE_TTL_INTERVAL")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(CLI::Range(0, 86400));
    app.add_option("--manual-clock", raw.manual_clock,
                   "Start the clock at this time, such as 2026-01-31T12:00:00Z, and move it only on request; "
                   "for tests")
        ->envname("TAILRACE_MANUAL_CLOCK")
        ->type_name("TIME")
        ->check(CLI::Validator(
            [](const std::string& text) {
                return parse_moment(text) ? "" : "'" + text + "' is not a time such as 2026-01-31T12:00:00Z";
            },
            ""));
}

void add_options(CLI::App& app, RawOptions& raw) {
    Options& options = raw.options;
    app.add_option("--port", options.port, "Port to listen on; 0 takes any free one and prints it")
        ->envname("TAILRACE_PORT")
        ->capture_default_str()
        ->check(CLI::Validator(check_port, ""));
    app.add_option(
           "--host", options.host,
           "Address to listen on; localhost is 127.0.0.1 and, if there is one, ::1; * is every interface")
        ->envname("TAILRACE_HOST")
        ->type_name("ADDRESS")
        ->capture_default_str();
    app.add_flag("--as-dynamodb-local", options.as_dynamodb_local,
                 "Take DynamoDB Local's place: print its banner, answer GET / as it does, and accept whole "
                 "numbers that are sent as strings")
        ->envname("TAILRACE_AS_DYNAMODB_LOCAL")
        ->take_last();
    app.add_option("--db-path", options.store_location,
                   std::string("Keep the tables in ").append(table::StoreLocation::accepted))
        ->envname("TAILRACE_DB_PATH")
        ->type_name("FILE");
    add_choice(
        app, "--durability", raw.durability,
        "For --db-path: with normal, writes survive a crash of the process; with full, they also survive a "
        "power cut, but are slower")
        ->envname("TAILRACE_DURABILITY")
        ->type_name("LEVEL")
        ->capture_default_str();
    app.add_flag("--in-memory", raw.in_memory,
                 "Keep the tables in memory until the server stops; this is the default");
    add_choice(app, "--log-level", raw.log_level,
               "error, warning, info (a line per request) or debug (with bodies); to standard error")
        ->envname("TAILRACE_LOG_LEVEL")
        ->type_name("LEVEL")
        ->capture_default_str();
    app.add_option("--region", options.region, "Region in ARNs when a request's credentials name none")
        ->envname("TAILRACE_REGION")
        ->type_name("REGION")
        ->capture_default_str();
    app.add_option("--account-id", options.account_id, "Account in ARNs, twelve digits")
        ->envname("TAILRACE_ACCOUNT_ID")
        ->type_name("ACCOUNT")
        ->capture_default_str()
        ->check(CLI::Validator(check_account_id, ""));
    app.add_option("--threads", options.threads, "Threads that serve connections")
        ->envname("TAILRACE_THREADS")
        ->capture_default_str()
        ->check(CLI::Range(1, 256));
    app.add_option("--idle-timeout", options.idle_timeout_seconds,
                   "Close a connection after this many seconds of silence")
        ->envname("TAILRACE_IDLE_TIMEOUT")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(CLI::Range(1, 86400));
    app.add_option(
           "--body-memory", options.body_memory_megabytes,
           "Total memory for request bodies that are larger than 64 KB each; a body that does not fit waits "
           "for up to 30 seconds, and is then refused")
        ->envname("TAILRACE_BODY_MEMORY")
        ->type_name("MEGABYTES")
        ->capture_default_str()
        ->check(CLI::Range(16, 1024 * 1024));
    app.add_option("--shutdown-timeout", options.shutdown_timeout_seconds,
                   "End within this many seconds after SIGTERM or SIGINT")
        ->envname("TAILRACE_SHUTDOWN_TIMEOUT")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(CLI::Range(1, 3600));
}

void add_script_options(CLI::App& app, RawOptions& raw) {
    Options& options = raw.options;
    app.add_option(
           "--ready-file", options.ready_file,
           "Write the server's URL to this file once the server answers requests; the file is removed when "
           "the server stops")
        ->envname("TAILRACE_READY_FILE")
        ->type_name("FILE");
    app.add_option("--port-file", options.port_file,
                   "Write the port to this file; otherwise like --ready-file")
        ->envname("TAILRACE_PORT_FILE")
        ->type_name("FILE");
    app.add_flag("--exit-with-parent", options.exits_with_parent,
                 "Stop after the process that started this one has ended, even if it was killed; =PID names "
                 "that process, which is necessary if it may end before the server has looked it up")
        ->envname("TAILRACE_EXIT_WITH_PARENT")
        ->each([&raw](const std::string& text) { raw.parent = text; });
}

CLI::Option* add_list(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                      const std::string& purpose) {
    return app.add_option(name, values, purpose + "; may be repeated, or list several, separated by commas")
        ->allow_extra_args(false)
        ->delimiter(',');
}

void add_access_options(CLI::App& app, RawOptions& raw) {
    AccessRules& access = raw.options.access;
    add_list(app, "--allow-origin", access.origins,
             "Open everything to web pages of this origin, such as http://localhost:3000")
        ->envname("TAILRACE_ALLOW_ORIGIN")
        ->type_name("ORIGIN")
        ->check(CLI::Validator(fault_of_origin, ""));
    add_list(app, "--allow-host", access.hosts,
             "Accept requests to this host name, such as music.test or *.music.test")
        ->envname("TAILRACE_ALLOW_HOST")
        ->type_name("NAME")
        ->check(CLI::Validator(fault_of_host, ""));
    app.add_option(
           "--admin-token", access.admin_token,
           "Require this token for everything except DynamoDB's API and the caches; other users can see the "
           "command line, so set it in the environment or in the file of --config if you can")
        ->envname("TAILRACE_ADMIN_TOKEN")
        ->type_name("TOKEN")
        ->check(CLI::Validator(fault_of_token, ""));
    app.add_flag("--no-admin", raw.no_admin, "Serve only DynamoDB's API and the caches")
        ->envname("TAILRACE_NO_ADMIN");
    app.add_flag("--mcp-write", raw.options.agents_may_change,
                 "Let agents change things through /_tailrace/mcp; without it, they can only read")
        ->envname("TAILRACE_MCP_WRITE");
    add_list(app, "--cors", raw.cors, "Open DynamoDB's API to web pages of this origin; * is every origin")
        ->envname("TAILRACE_CORS")
        ->type_name("ORIGIN")
        ->default_str("*")
        ->check(CLI::Validator(
            [](const std::string& text) { return text == "*" ? "" : fault_of_origin(text); }, ""));
    app.add_flag("--no-cors", raw.no_cors,
                 "Also close DynamoDB's API to web pages of other origins, except those of --allow-origin")
        ->envname("TAILRACE_NO_CORS");
}

void add_cache_options(CLI::App& app, RawOptions& raw) {
    add_list(
        app, "--cache", raw.caches,
        "Serve a cache with this name at /cache/NAME, through Momento's HTTP API. SECONDS (600 by default) "
        "is the default time to live; it applies only to values from the C++ harness, because a request over "
        "HTTP always names a time to live")
        ->envname("TAILRACE_CACHE")
        ->type_name("NAME[:SECONDS]")
        ->check(CLI::Validator(check_cache, ""));
    app.add_option(
           "--cache-token", raw.options.cache_token,
           "Token that the caches require; without it, any will do. Set it in the environment if you can")
        ->envname("TAILRACE_CACHE_TOKEN")
        ->type_name("TOKEN");
    app.add_option("--cache-memory", raw.cache_memory_megabytes,
                   "Memory for the values of all caches; the least recently used go first")
        ->envname("TAILRACE_CACHE_MEMORY")
        ->type_name("MEGABYTES")
        ->capture_default_str()
        ->check(CLI::Range(2, 1024 * 1024));
}

void add_user_options(CLI::App& app, Options& options) {
    app.add_option(
           "--users", options.users_file,
           "Add the user pools and users in this JSON file, which has the form of Amazon Cognito's answers")
        ->envname("TAILRACE_USERS")
        ->type_name("FILE");
}

/// Commands share the program's options: an option after a command's name is read as if it came before.
CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& purpose) {
    CLI::App* command = app.add_subcommand(name, purpose);
    command->fallthrough();
    command->set_help_flag();
    return command;
}

struct NamedCommand {
    MappingCommand::Kind kind;
    const char* name;
    const char* purpose;
    /// What the command prints, and its exit codes.
    const char* footer;
};

constexpr std::array<NamedCommand, 3> mapping_commands = {{
    {MappingCommand::Kind::mappings, "mappings", "Show the event source mappings of a running server",
     "LAG counts records. GIVEN UP counts batches, which redrive sends again.\n"
     "Exits with 0, or with 2 if the server does not answer.\n"},
    {MappingCommand::Kind::failures, "failures", "Show the failed function calls that the server remembers",
     "Exits with 0 if there are none, with 1 if there are, with 2 if the server does not answer.\n"},
    {MappingCommand::Kind::redrive, "redrive", "Send each given-up batch once more",
     "Exits with 0 if all went well, with 1 if some failed again, with 2 if the server does not\nanswer.\n"},
}};

void add_mapping_command(CLI::App& app, const NamedCommand& named, RawOptions& raw) {
    CLI::App* command = app.add_subcommand(named.name, named.purpose);
    command->fallthrough();
    command->add_option("MAPPING", raw.options.question.mapping,
                        "A mapping's name, TABLE/FUNCTION, or id; without it, all mappings");
    command
        ->add_option("--endpoint", raw.options.question.endpoint,
                     "The server's URL; without it, that of --host and --port on this machine")
        ->envname("TAILRACE_ENDPOINT")
        ->type_name("URL");
    command->footer(named.footer);
    command->callback([&raw, kind = named.kind] {
        raw.options.command = Command::ask;
        raw.options.question.kind = kind;
    });
}

/// Adds the commands that print a text and end.
void add_text_commands(CLI::App& app, RawOptions& raw) {
    CLI::App* completion =
        app.add_subcommand("completion", "Print a script that lets a shell complete commands and options");
    add_choice(*completion, "SHELL", raw.shell, "bash, zsh or fish")->required();
    completion->footer(
        "  tailrace completion bash > ~/.local/share/bash-completion/completions/tailrace\n"
        "  tailrace completion zsh > FOLDER/_tailrace        for a FOLDER in $fpath\n"
        "  tailrace completion fish > ~/.config/fish/completions/tailrace.fish\n");
    CLI::App* man = app.add_subcommand("man", "Print the manual page");
    man->footer(
        "  tailrace man | man -l -                                  shows it\n"
        "  tailrace man > /usr/local/share/man/man1/tailrace.1      lets man find it\n");
}

/// Returns the name of the value and the range in brackets, from "SECONDS:INT in [1 - 900]".
std::pair<std::string, std::string> value_and_range(const CLI::Option& option) {
    if (option.get_items_expected_max() == 0) return {};
    constexpr std::string_view before_range = " in [";
    const std::string type = option.get_type_name();
    const std::size_t range = type.find(before_range);
    // A name such as "NAME[:SECONDS]" has a colon and brackets of its own.
    std::string value = range == std::string::npos ? type : type.substr(0, type.find(':'));
    if (value == "INT" || value == "UINT") value = "NUMBER";
    if (range == std::string::npos) return {std::move(value), ""};
    const std::size_t begin = range + before_range.size();
    return {std::move(value), type.substr(begin, type.find(']', begin) - begin)};
}

std::vector<ShownOption> shown_options(const CLI::App& app) {
    std::vector<ShownOption> shown;
    for (const CLI::Option* option : app.get_options()) {
        const std::string name = option->get_name();
        const std::span<const std::string_view> choices = choices_of(name);
        auto [value, range] = value_and_range(*option);
        shown.push_back({.name = name,
                         .value = value,
                         .range = std::move(range),
                         .purpose = option->get_description(),
                         .otherwise = value.empty() ? "" : option->get_default_str(),
                         .variable = option->get_envname(),
                         .choices = {choices.begin(), choices.end()}});
    }
    return shown;
}

std::string fault_of_empty(const std::string& text) {
    return text.empty() ? empty_value_fault : "";
}

/// Refuses empty values before an option's own check.
void refuse_empty_values(CLI::App& app) {
    for (CLI::Option* option : app.get_options()) {
        const bool is_flag = option->get_items_expected_max() == 0;
        if (!is_flag) option->transform(CLI::Validator(fault_of_empty, ""));
    }
}

}  // namespace

OptionTable::OptionTable() : app(program_description, "tailrace") {
    add_options(app, raw);
    add_stream_options(app, raw);
    add_template_options(app, raw);
    add_time_options(app, raw);
    add_table_options(app, raw.options);
    add_seed_options(app, raw);
    add_namespace_options(app, raw);
    add_cache_options(app, raw);
    add_user_options(app, raw.options);
    add_access_options(app, raw);
    add_tls_options(app, raw);
    add_signature_options(app, raw.options);
    add_script_options(app, raw);
    add_advice_options(app, raw);
    app.set_config("--config", "", "Read options from this file: lines, or a JSON object")
        ->envname("TAILRACE_CONFIG")
        ->type_name("FILE");
    app.allow_config_extras(CLI::config_extras_mode::error);
    app.set_version_flag("--version", "tailrace " + std::string(version()));
    app.require_subcommand(0, 1);
    app.footer(footer);
    add_command(app, "serve", "Serve until interrupted (the default command)");
    add_command(app, "healthcheck", "Exit with 0 if a server answers at --host and --port, else with 1")
        ->callback([this] { raw.options.command = Command::healthcheck; });
    for (const NamedCommand& each : mapping_commands) add_mapping_command(app, each, raw);
    add_data_commands(app, raw);
    add_advise_command(app, raw);
    add_mcp_command(app, raw);
    add_text_commands(app, raw);
    refuse_empty_values(app);
    for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        refuse_empty_values(*command);
}

ProgramSummary summary_of(const OptionTable& table) {
    const CLI::App& app = table.app;
    ProgramSummary summary{.description = app.get_description(),
                           .options = shown_options(app),
                           .commands = {},
                           .footer = app.get_footer()};
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        std::vector<ShownOption> options = shown_options(*command);
        std::erase_if(options, [](const ShownOption& option) { return option.name == "--help"; });
        // A command without a footer of its own has the program's.
        const std::string own_footer = command->get_footer();
        summary.commands.push_back({.name = command->get_name(),
                                    .purpose = command->get_description(),
                                    .options = std::move(options),
                                    .footer = own_footer == summary.footer ? "" : own_footer});
    }
    return summary;
}

}  // namespace tailrace::server
