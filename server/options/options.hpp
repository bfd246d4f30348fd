#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/table/store.hpp"
#include "server/cache/caches.hpp"
#include "server/commands/advise_command.hpp"
#include "server/commands/data_command.hpp"
#include "server/commands/mapping_commands.hpp"
#include "server/commands/mcp_command.hpp"
#include "server/commands/migrate_command.hpp"
#include "server/data/seed.hpp"
#include "server/options/on_stream.hpp"
#include "server/process/log.hpp"
#include "server/template/read_templates.hpp"
#include "server/tls/served_tls.hpp"
#include "server/web/access_policy.hpp"
#include "server/web/namespace_rules.hpp"

namespace tailrace::server {

/// A function and its name: NAME=HANDLER.
struct NamedFunction {
    std::string name;
    std::string handler;
    friend bool operator==(const NamedFunction&, const NamedFunction&) = default;
};

/// `ask` means a question to a running server, see MappingCommand.
enum class Command { serve, healthcheck, ask, import_items, export_items, migrate, advise, mcp };

/// The options on the command line, in the environment and in a file, in this order of precedence.
struct Options {
    Command command = Command::serve;
    MappingCommand question;
    ImportCommand importing;
    ExportCommand exporting;
    MigrateCommand migrating;
    AdviseCommand advising;
    McpCommand mcp;
    /// An address or a name. "localhost" means the loopback addresses of both families, "*" all addresses of
    /// both.
    std::string host = "localhost";
    /// 0 for any free port.
    std::uint16_t port = 8000;
    /// Where the tables are.
    table::StoreLocation store_location;
    /// Which commits to the file survive a power cut.
    table::Durability durability = table::Durability::normal;
    /// True to take DynamoDB Local's place, by an option or because that program's own arguments are given.
    bool as_dynamodb_local = false;
    /// The certificate for clients that speak TLS.
    TlsOptions tls;
    std::vector<NamedFunction> functions;
    std::vector<OnStream> on_stream;
    /// The time limit of a function's call.
    int function_timeout_seconds = 30;
    /// The maximum number of processes of functions at a time, over all namespaces.
    int function_processes = 8;
    /// True if requests may upload the code of functions.
    bool allows_function_upload = false;
    /// The URLs and files that stand in for the ARNs of queues, topics and buckets.
    std::map<std::string, std::string> destinations;
    /// Requests take turns in the engine, so more threads than one mostly wait for each other.
    int threads = 1;
    int idle_timeout_seconds = 300;
    /// The memory of the bodies of all requests under way.
    int body_memory_megabytes = 256;
    /// How long stopping may take.
    int shutdown_timeout_seconds = 5;
    /// Files with the server's URL and with its port, which exist while the server answers requests; empty
    /// for none.
    std::string ready_file;
    std::string port_file;
    /// True to stop when the process that started the server has ended.
    bool exits_with_parent = false;
    /// The id of that process, which may have ended before the server can ask the system for it; 0 if it was
    /// not given.
    int parent_id = 0;
    /// The caches beside the tables, and the token that they require. If it is empty, any token will do.
    CacheOptions caches;
    std::string cache_token;
    /// A file of user pools and their users; empty for none.
    std::string users_file;
    /// The file of rules for seeds, imports and exports, and the key of its hashes; both may be empty.
    std::string rules_file;
    std::string rules_key;
    /// The items that tables begin with.
    std::vector<Seed> seeds;
    TemplateOptions templates;
    /// How many shards a new stream begins with.
    std::size_t shards = 1;
    /// How often to look for expired items; 0 means never.
    int ttl_interval_seconds = 10;
    /// How long tables are shown as CREATING, UPDATING and DELETING.
    int table_delay_ms = 0;
    /// The start of a clock that moves only on request; nullopt for the machine's clock.
    std::optional<Timestamp> manual_clock;
    /// How long transactions hold the items that they wrote.
    int transaction_ms = 0;
    /// True if the throughput of all tables is limited.
    bool throttles = false;
    /// True if there are limits on changes of settings, as on AWS.
    bool is_strict = false;
    std::string region = "us-east-1";
    std::string account_id = "000000000000";
    LogLevel log_level = LogLevel::warning;
    /// True to say what people can do about an error.
    bool gives_hints = true;
    /// True if the adviser of each namespace begins at once.
    bool advises = false;
    /// Who has access to what.
    AccessRules access;
    /// True if agents may change things through /_tailrace/mcp.
    bool agents_may_change = false;
    /// Key pairs, and files of them, to check the signatures of requests with; empty to accept any. See
    /// read_key_pairs().
    std::vector<std::string> verify_signatures;
    NamespacesOptions namespaces;
    /// The maximum number of bytes for tables in memory, and the text that gave the number; nullopt for no
    /// limit.
    std::optional<std::uint64_t> max_memory;
    std::string max_memory_text;
    /// Notes for the log about DynamoDB Local's flags.
    std::vector<std::string> notes;
};

/// A parsed command line: options, or a text to print instead and the exit code. With code 0 the text goes to
/// standard output; otherwise it is one line for standard error.
struct CommandLine {
    std::optional<Options> options;
    int exit_code = 0;
    std::string text;
};

/// Parses the arguments that follow the program's name. DynamoDB Local's flags are accepted, too.
CommandLine parse_command_line(std::vector<std::string> arguments);

}  // namespace tailrace::server
