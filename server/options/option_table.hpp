#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "server/options/options.hpp"
#include "server/options/program_summary.hpp"

namespace tailrace::server {

/// The error for an empty value, whatever the option.
inline constexpr const char* empty_value_fault = "the value is empty; leave the option out instead";

/// The values that the parser fills in, before they are turned into Options.
struct RawOptions {
    Options options;
    bool in_memory = false;
    bool no_admin = false;
    bool no_cors = false;
    bool no_hints = false;
    std::vector<std::string> cors;
    std::vector<std::string> functions;
    std::vector<std::string> on_stream;
    std::vector<std::string> seeds;
    std::string log_level = "warning";
    std::string durability = "normal";
    std::string tls;
    std::string manual_clock;
    std::string namespaces = "on-demand";
    std::string isolation;
    int namespace_idle_seconds = 300;
    /// The value of --exit-with-parent: "true", or the id of a process.
    std::string parent;
    std::vector<std::string> destinations;
    std::vector<std::string> parameters;
    std::vector<std::string> caches;
    int cache_memory_megabytes = 64;
    /// The shell to print a completion script for.
    std::string shell;
};

/// All options and commands, with their texts for people. The parser writes into `raw`, so a table must not
/// move.
struct OptionTable {
    OptionTable();
    OptionTable(const OptionTable&) = delete;
    OptionTable& operator=(const OptionTable&) = delete;

    RawOptions raw;
    CLI::App app;
};

/// Returns the options and commands of a table, for display.
ProgramSummary summary_of(const OptionTable& table);

}  // namespace tailrace::server
