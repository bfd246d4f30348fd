#include "server/options/command_options.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/nearest_name.hpp"
#include "engine/validation/constraint.hpp"
#include "server/data/csv_options.hpp"
#include "server/data/item_format.hpp"
#include "server/web/namespace_rules.hpp"

namespace tailrace::server {
namespace {

CLI::Validator csv_check(const std::function<void(const std::string&)>& read) {
    return CLI::Validator(
        [read](const std::string& text) {
            try {
                read(text);
                return std::string();
            } catch (const DataFault& fault) {
                return std::string(fault.what());
            }
        },
        "");
}

std::string check_seed(const std::string& text) {
    const std::size_t equals = text.find('=');
    const bool is_pair = equals != std::string::npos && equals + 1 < text.size();
    if (is_pair && validation::is_table_name(text.substr(0, equals))) return {};
    return "'" + text + "' is not TABLE=FILE";
}

void add_import(CLI::App& app, RawOptions& raw) {
    ImportCommand& import = raw.options.importing;
    CLI::App* command =
        app.add_subcommand("import", "Put the items of files into a table of a running server");
    command->fallthrough();
    command->add_option("TABLE", import.target.table, "The table's name")->required();
    command->add_option("FILE", import.files, "Files with items; - is standard input")
        ->required()
        ->type_size(1)
        ->expected(1, -1);
    command
        ->add_option("--format", import.format,
                     "dynamodb-json, json, csv, ion, batch-write-item or scan; without it, the name and the "
                     "first bytes decide")
        ->type_name("FORMAT")
        ->check(one_of(read_formats()));
    command->add_option("--delimiter", import.delimiter, "Delimiter of csv: , ; : | tab or space")
        ->type_name("CHARACTER")
        ->default_str(",")
        ->check(csv_check([](const std::string& text) { csv_delimiter(text); }));
    command
        ->add_option("--header", import.header,
                     "The attributes' names, as a line of csv, if the file does not begin with them")
        ->type_name("LINE");
    command->add_flag("--progress", import.shows_progress,
                      "Show progress even if standard error is not a terminal");
    add_endpoint_option(*command, import.target.endpoint);
    command->footer(
        "A line that cannot be imported is named with its file and the reason, and the others are\n"
        "imported. Exits with 0, with 1 if lines were refused, or with 2 if the server does not answer\n"
        "or a file cannot be read.\n");
    command->callback([&raw] { raw.options.command = Command::import_items; });
}

void add_export(CLI::App& app, RawOptions& raw) {
    ExportCommand& exporting = raw.options.exporting;
    CLI::App* command = app.add_subcommand("export", "Write the items of a table of a running server");
    command->fallthrough();
    command->add_option("TABLE", exporting.source.table, "The table's name")->required();
    CLI::Option* output =
        command->add_option("--output", exporting.output,
                            "The file to write, which is replaced if it exists; without it, standard output");
    output->type_name("FILE");
    CLI::Option* folder =
        command->add_option("--folder", exporting.folder,
                            "Write into this folder what an export to S3 contains: data files with gzip, and "
                            "manifests");
    folder->type_name("FOLDER")->excludes(output);
    command->add_option("--format", exporting.format, "dynamodb-json, json, csv or ion")
        ->type_name("FORMAT")
        ->capture_default_str()
        ->check(one_of(written_formats()));
    command->add_option("--delimiter", exporting.delimiter, "Delimiter of csv: , ; : | tab or space")
        ->type_name("CHARACTER")
        ->default_str(",")
        ->check(csv_check([](const std::string& text) { csv_delimiter(text); }));
    command->add_option("--compress", exporting.compression, "gzip or zstd")
        ->type_name("HOW")
        ->check(one_of({"gzip", "zstd"}))
        ->excludes(folder);
    command->add_flag("--progress", exporting.shows_progress,
                      "Show progress even if standard error is not a terminal");
    add_endpoint_option(*command, exporting.source.endpoint);
    command->footer(
        "The items are in the order of Scan. What is written meanwhile may be in the file or not.\n"
        "Exits with 0, or with 2 if the server does not answer or the file cannot be written.\n");
    command->callback([&raw] { raw.options.command = Command::export_items; });
}

/// Reads a place for tables as --db-path does.
void add_location(CLI::App& command, const std::string& name, table::StoreLocation& location,
                  const std::string& purpose) {
    command.add_option(name, location, purpose)->type_name("FILE")->required();
}

void add_migrate(CLI::App& app, RawOptions& raw) {
    MigrateCommand& migrating = raw.options.migrating;
    CLI::App* command = app.add_subcommand(
        "migrate", "Copy everything from a database file to PostgreSQL, or from there to a file");
    command->fallthrough();
    add_location(*command, "--from", migrating.from,
                 "The place to copy: a database file, or postgresql://USER@HOST/DATABASE");
    add_location(*command, "--to", migrating.to,
                 "The place to copy to, which must be empty, and is made if it does not exist");
    command->add_flag("--progress", migrating.shows_progress,
                      "Show progress even if standard error is not a terminal");
    command->footer(
        "Copies tables, streams, user pools and the positions of event source mappings in their streams,\n"
        "reads all rows back and compares them. No server may use either place meanwhile. The copy is\n"
        "one transaction, so the target has all of it or nothing. Exits with 0, with 2 if nothing was\n"
        "copied, or with 130 if it was interrupted.\n");
    command->callback([&raw] { raw.options.command = Command::migrate; });
}

}  // namespace

CLI::Validator one_of(std::vector<std::string_view> names) {
    return CLI::Validator(
        [names = std::move(names)](const std::string& text) {
            if (std::ranges::find(names, text) != names.end()) return std::string();
            std::string fault = "'" + text + "' is not ";
            for (const std::string_view& each : names) {
                if (&each != &names.front()) fault.append(&each == &names.back() ? " or " : ", ");
                fault.append(each);
            }
            return fault.append(did_you_mean(text, names));
        },
        "");
}

void add_endpoint_option(CLI::App& command, std::string& endpoint) {
    command
        .add_option("--endpoint,--endpoint-url", endpoint,
                    "The server's URL, which may end with the path of a namespace, /~NAME; without it, that "
                    "of --host and --port on this machine")
        ->envname("TAILRACE_ENDPOINT")
        ->type_name("URL");
}

void add_data_commands(CLI::App& app, RawOptions& raw) {
    add_import(app, raw);
    add_export(app, raw);
    add_migrate(app, raw);
}

void add_mcp_command(CLI::App& app, RawOptions& raw) {
    McpCommand& mcp = raw.options.mcp;
    CLI::App* command =
        app.add_subcommand("mcp", "Let an agent use a running server, through standard input and output");
    command->fallthrough();
    add_endpoint_option(*command, mcp.endpoint);
    command
        ->add_option("--namespace", mcp.namespace_name,
                     "The namespace to work in, which is made if it does not exist; without it, that of the "
                     "URL")
        ->type_name("NAME")
        ->check(CLI::Validator(
            [](const std::string& text) {
                return is_namespace_name(text)
                           ? ""
                           : "'" + text +
                                 "' is not a name of 1 to 64 letters, digits, dots, underscores and "
                                 "hyphens, not only dots";
            },
            ""));
    command->add_flag("--read-only", mcp.only_reads, "Offer only the tools that read");
    command->footer(
        "Speaks the Model Context Protocol. The agent's program starts it, with settings such as\n"
        "  { \"mcpServers\": { \"tailrace\": { \"command\": \"tailrace\",\n"
        "      \"args\": [\"mcp\", \"--namespace\", \"agent-1\"] } } }\n"
        "It exits when its input ends: with 0, or with 2 if the URL cannot be used.\n");
    command->callback([&raw] { raw.options.command = Command::mcp; });
}

void add_seed_options(CLI::App& app, RawOptions& raw) {
    app.add_option("--seed", raw.seeds,
                   "Put the items of this file into the table, if the table has no items; may be repeated")
        ->envname("TAILRACE_SEED")
        ->type_name("TABLE=FILE")
        ->allow_extra_args(false)
        ->check(CLI::Validator(check_seed, ""));
    app.add_option(
           "--rules", raw.options.rules_file,
           "Apply the rules in this file in --seed, import and export: hash, fake or redact attributes, or "
           "leave out partitions")
        ->envname("TAILRACE_RULES")
        ->type_name("FILE");
    app.add_option(
           "--rules-key", raw.options.rules_key,
           "The secret key of the hashes of --rules, in place of the one in the file; other users can "
           "see the command line, so set it in the environment if you can")
        ->envname("TAILRACE_RULES_KEY")
        ->type_name("KEY");
}

}  // namespace tailrace::server
