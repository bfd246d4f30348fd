#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "server/commands/advise_command.hpp"
#include "server/commands/data_command.hpp"
#include "server/commands/mapping_commands.hpp"
#include "server/commands/mcp_command.hpp"
#include "server/composition.hpp"
#include "server/dynamodb_local/arguments.hpp"
#include "server/healthcheck.hpp"
#include "server/migration.hpp"
#include "server/options/options.hpp"

namespace {

/// Runs a command for a running server, or for the tables of one that does not run.
tailrace::server::CommandResult run_command(const tailrace::server::Options& options) {
    using namespace tailrace::server;
    if (options.command == Command::import_items) return run_import_command(options.importing);
    if (options.command == Command::export_items) return run_export_command(options.exporting);
    if (options.command == Command::advise) return run_advise_command(options.advising);
    if (options.command == Command::migrate) return migrate(options.migrating);
    return run_mapping_command(options.question);
}

/// Lets all threads take memory from one place. By default, glibc gives each its own. If one thread imported
/// a table and a second one then replaced the table's pages, the second thread could not reuse the memory of
/// the old pages, and the table would take twice the memory.
void share_memory() {
#ifdef M_ARENA_MAX
    ::mallopt(M_ARENA_MAX, 1);
#endif
}

}  // namespace

int main(int argc, char** argv) {
    namespace server = tailrace::server;
    std::vector<std::string> arguments(argv + 1, argv + argc);
    // The image has a link named java, for users who start its java themselves.
    if (argc > 0 && server::is_java(argv[0])) arguments.insert(arguments.begin(), "java");
    const server::CommandLine line = server::parse_command_line(std::move(arguments));
    if (!line.options) {
        std::fputs(line.text.c_str(), line.exit_code == 0 ? stdout : stderr);
        return line.exit_code;
    }
    const server::Options& options = *line.options;
    if (options.command == server::Command::healthcheck) {
        return server::server_is_healthy(options.host, options.port) ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (options.command == server::Command::mcp) return server::run_mcp_command(options.mcp, stdin, stdout);
    if (options.command != server::Command::serve) {
        const server::CommandResult result = run_command(options);
        std::fputs(result.text.c_str(), stdout);
        std::fputs(result.error.c_str(), stderr);
        return result.exit_code;
    }
    try {
        share_memory();
        server::serve(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tailrace: %s\n", error.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
