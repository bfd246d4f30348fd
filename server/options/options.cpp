#include "server/options/options.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <ios>
#include <memory>
#include <string_view>
#include <utility>

#include "engine/model/nearest_name.hpp"
#include "server/dynamodb_local/arguments.hpp"
#include "server/options/completion.hpp"
#include "server/options/config_file.hpp"
#include "server/options/man_page.hpp"
#include "server/options/namespace_options.hpp"
#include "server/options/option_table.hpp"
#include "server/options/template_options.hpp"
#include "server/options/tls_options.hpp"
#include "server/process/version.hpp"
#include "server/wire/moment.hpp"

namespace tailrace::server {
namespace {

constexpr int usage_exit_code = 2;

/// Returns the URL of a server with that --host, for a client on the same machine.
std::string endpoint_of(const std::string& host, std::uint16_t port) {
    const bool is_here = host == "localhost" || host == "*" || host == "0.0.0.0" || host == "::";
    const bool is_ipv6 = host.find(':') != std::string::npos;
    std::string name = is_ipv6 ? "[" + host + "]" : host;
    if (is_here) name = "127.0.0.1";
    return "http://" + name + ":" + std::to_string(port);
}

CacheOptions caches_of(const RawOptions& raw) {
    CacheOptions options;
    for (const std::string& text : raw.caches) {
        CacheDefinition cache = parse_cache_definition(text);
        const bool is_known =
            std::ranges::find(options.caches, cache.name, &CacheDefinition::name) != options.caches.end();
        if (is_known) throw CLI::ValidationError("--cache", "'" + cache.name + "' is named twice");
        options.caches.push_back(std::move(cache));
    }
    constexpr std::size_t megabyte = 1024 * 1024;
    options.memory_bytes = static_cast<std::size_t>(raw.cache_memory_megabytes) * megabyte;
    return options;
}

/// Returns the id in the value of --exit-with-parent. Returns 0, which names no process, for "true". Returns
/// 0 for 1, too, because process 1 is the parent of every process whose own parent has ended.
int process_id(const std::string& text) {
    int id = 0;
    std::from_chars(text.data(), text.data() + text.size(), id);
    return id > 1 ? id : 0;
}

Options finished(RawOptions raw) {
    if (raw.in_memory && !raw.options.store_location.in_memory()) {
        throw CLI::ValidationError("--in-memory and --db-path cannot be used together");
    }
    if (!raw.caches.empty() && !raw.options.store_location.scheme().empty()) {
        throw CLI::ValidationError(
            "--cache keeps values in the memory of one process, so it cannot be used with tables in "
            "PostgreSQL");
    }
    if (!raw.options.ready_file.empty() && raw.options.ready_file == raw.options.port_file) {
        throw CLI::ValidationError("--ready-file and --port-file name the same file");
    }
    check_tls_options(raw);
    read_namespace_options(raw);
    check_template_options(raw);
    if (raw.no_cors && !raw.cors.empty()) {
        throw CLI::ValidationError("--no-cors and --cors cannot be used together");
    }
    for (const std::string& text : raw.on_stream) raw.options.on_stream.push_back(parse_on_stream(text));
    for (const std::string& text : raw.functions) {
        const std::size_t equals = text.find('=');
        raw.options.functions.push_back({text.substr(0, equals), text.substr(equals + 1)});
    }
    for (const std::string& text : raw.destinations) {
        const std::size_t equals = text.find('=');
        raw.options.destinations[text.substr(0, equals)] = text.substr(equals + 1);
    }
    for (const std::string& text : raw.seeds) {
        const std::size_t equals = text.find('=');
        raw.options.seeds.push_back({text.substr(0, equals), text.substr(equals + 1)});
    }
    raw.options.caches = caches_of(raw);
    raw.options.log_level = *parse_level(raw.log_level);
    raw.options.gives_hints = !raw.no_hints;
    if (raw.durability == "full") raw.options.durability = table::Durability::full;
    raw.options.manual_clock = parse_moment(raw.manual_clock);
    raw.options.parent_id = process_id(raw.parent);
    MappingCommand& question = raw.options.question;
    if (question.endpoint.empty()) question.endpoint = endpoint_of(raw.options.host, raw.options.port);
    question.token = raw.options.access.admin_token;
    McpCommand& mcp = raw.options.mcp;
    if (mcp.endpoint.empty()) mcp.endpoint = question.endpoint;
    mcp.token = question.token;
    mcp.region = raw.options.region;
    for (ServerTable* each : {&raw.options.importing.target, &raw.options.exporting.source}) {
        if (each->endpoint.empty()) each->endpoint = question.endpoint;
        each->token = question.token;
        each->rules_file = raw.options.rules_file;
        each->rules_key = raw.options.rules_key;
    }
    AdviseCommand& advising = raw.options.advising;
    if (advising.endpoint.empty()) advising.endpoint = question.endpoint;
    advising.token = question.token;
    AccessRules& access = raw.options.access;
    access.has_admin = !raw.no_admin;
    const bool names_every_origin = std::ranges::find(raw.cors, "*") != raw.cors.end();
    access.has_cors = !raw.no_cors && (raw.cors.empty() || names_every_origin);
    if (!names_every_origin) access.cors_origins = std::move(raw.cors);
    return std::move(raw.options);
}

/// Returns the options' names without their dashes.
std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back(name);
    }
    return names;
}

std::string unknown_option(const CLI::App& app, std::string_view argument) {
    std::vector<std::string> options = option_names(app);
    for (const CLI::App* command : app.get_subcommands()) {
        for (std::string& name : option_names(*command)) options.push_back(std::move(name));
    }
    const std::string_view name = argument.substr(0, argument.find('='));
    const std::string_view bare = name.substr(std::min(name.find_first_not_of('-'), name.size()));
    std::string meant = did_you_mean(bare, {options.begin(), options.end()});
    if (!meant.empty()) meant.insert(meant.rfind(' ') + 1, "--");
    return std::string("unknown option ").append(name).append(meant);
}

/// Refuses "--db-path=", which would take the next argument as its value.
void refuse_missing_values(const CLI::App& app, const std::vector<std::string>& arguments) {
    const std::vector<std::string> names = option_names(app);
    for (const std::string& each : arguments) {
        if (!each.starts_with("--") || each.find('=') + 1 != each.size()) continue;
        const std::string name = each.substr(0, each.size() - 1);
        if (std::ranges::find(names, name.substr(2)) == names.end()) continue;
        throw CLI::ValidationError(name, empty_value_fault);
    }
}

std::string unknown_command(const CLI::App& app, const std::string& argument) {
    if (const auto given = app.get_subcommands(); !given.empty())
        return given.front()->get_name() + " takes no argument '" + argument + "'";
    const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
    std::vector<std::string_view> names(commands.size());
    std::ranges::transform(commands, names.begin(), &CLI::App::get_name);
    return "unknown command " + argument + did_you_mean(argument, names);
}

/// Says what is wrong with the first argument that the parser does not know.
std::string unknown_argument(const CLI::App& app) {
    const std::vector<std::string> left = app.remaining(true);
    if (left.empty()) return "unknown argument";
    const std::string& first = left.front();
    return first.starts_with('-') ? unknown_option(app, first) : unknown_command(app, first);
}

/// Returns the first line of a parser's message, as one line of ours.
std::string usage_line(const std::string& message) {
    return "tailrace: " + message.substr(0, message.find('\n')) + " (tailrace --help lists the options)\n";
}

}  // namespace

CommandLine parse_command_line(std::vector<std::string> arguments) {
    RewrittenArguments rewritten = rewrite_dynamodb_local_arguments(std::move(arguments));
    OptionTable table;
    CLI::App& app = table.app;
    table.raw.options.notes = std::move(rewritten.notes);
    table.raw.options.as_dynamodb_local = rewritten.for_dynamodb_local;
    app.config_formatter(std::make_shared<ConfigFile>(option_names(app)));
    try {
        refuse_missing_values(app, rewritten.arguments);
        std::reverse(rewritten.arguments.begin(), rewritten.arguments.end());
        app.parse(std::move(rewritten.arguments));
        if (app.got_subcommand("completion"))
            return {std::nullopt, 0, completion_script(table.raw.shell, summary_of(table))};
        if (app.got_subcommand("man")) return {std::nullopt, 0, man_page(summary_of(table), version())};
        return {finished(std::move(table.raw)), 0, {}};
    } catch (const CLI::CallForHelp&) {
        for (const CLI::App* command : app.get_subcommands()) {
            if (command->get_help_ptr() != nullptr) return {std::nullopt, 0, command->help("tailrace")};
        }
        // App::help() would show only the command's own options, and this command has none.
        return {std::nullopt, 0,
                app.get_formatter()->make_help(&app, "tailrace", CLI::AppFormatMode::Normal)};
    } catch (const CLI::CallForVersion& error) {
        return {std::nullopt, 0, std::string(error.what()) + "\n"};
    } catch (const CLI::ExtrasError&) {
        return {std::nullopt, usage_exit_code, usage_line(unknown_argument(app))};
    } catch (const CLI::ParseError& error) {
        return {std::nullopt, usage_exit_code, usage_line(error.what())};
    } catch (const std::ios_base::failure&) {
        return {std::nullopt, usage_exit_code, usage_line("the file of --config cannot be read")};
    }
}

}  // namespace tailrace::server
