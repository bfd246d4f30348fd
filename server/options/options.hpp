#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/table/store.hpp"
#include "server/cache/caches.hpp"
#include "server/commands/mapping_commands.hpp"
#include "server/options/on_stream.hpp"
#include "server/process/log.hpp"
#include "server/web/access_policy.hpp"

namespace tailrace::server {

/// NAME=HANDLER: a function of that name.
struct NamedFunction {
    std::string name;
    std::string handler;
    friend bool operator==(const NamedFunction&, const NamedFunction&) = default;
};

/// `ask` is for a server that runs, see MappingCommand.
enum class Command { serve, healthcheck, ask };

/// What a person asked for on the command line, in the environment or in a file, in this order of precedence.
struct Options {
    Command command = Command::serve;
    MappingCommand question;
    /// An address or a name; "localhost" for the loopback of both kinds, "*" for every address of both.
    std::string host = "localhost";
    /// 0 for any free port.
    std::uint16_t port = 8000;
    /// The database file; empty for one in memory.
    std::string db_path;
    /// Which commits to it outlive a power cut.
    table::Durability durability = table::Durability::normal;
    /// Whether to take DynamoDB Local's place by name; its own arguments say so, too.
    bool as_dynamodb_local = false;
    std::vector<NamedFunction> functions;
    std::vector<OnStream> on_stream;
    /// How long a call of a function may take.
    int function_timeout_seconds = 30;
    /// What stands in for the ARNs of queues, topics and buckets: URLs and files.
    std::map<std::string, std::string> destinations;
    /// Requests take turns in the engine, so more threads than one mostly wait for each other.
    int threads = 1;
    int idle_timeout_seconds = 300;
    /// What the bodies of requests under way may take together.
    int body_memory_megabytes = 256;
    /// How long stopping may take.
    int shutdown_timeout_seconds = 5;
    /// Files that are there while the server can be asked, with its URL and with its port; empty for none.
    std::string ready_file;
    std::string port_file;
    /// Whether the server stops when the process that started it has ended.
    bool exits_with_parent = false;
    /// The caches beside the tables, and the token that they ask for; empty for any.
    CacheOptions caches;
    std::string cache_token;
    /// How many shards a new stream begins with.
    std::size_t shards = 1;
    /// How often expired items are looked for; 0 for never.
    int ttl_interval_seconds = 10;
    /// How long tables are shown as CREATING, UPDATING and DELETING.
    int table_delay_ms = 0;
    /// Where a clock stands that only moves by request; nothing for the machine's clock.
    std::optional<Timestamp> manual_clock;
    /// How long transactions keep the items that they wrote.
    int transaction_ms = 0;
    std::string region = "us-east-1";
    std::string account_id = "000000000000";
    LogLevel log_level = LogLevel::warning;
    /// Who may ask for what.
    AccessRules access;
    /// What became of DynamoDB Local's flags, for the log.
    std::vector<std::string> notes;
};

/// A command line read: options, or what to print instead and the code to exit with. 0 prints to standard
/// output, anything else is one line for standard error.
struct CommandLine {
    std::optional<Options> options;
    int exit_code = 0;
    std::string text;
};

/// Reads the arguments that follow the program's name. Takes DynamoDB Local's flags, too.
CommandLine parse_command_line(std::vector<std::string> arguments);

}  // namespace tailrace::server
